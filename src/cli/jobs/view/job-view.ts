import type { JobProgress } from '../../../batch/durable/job-run.ts'
import { logLine, progressLines } from './progress-lines.ts'

/** Shows how a run goes until it is disposed of. */
export interface JobView extends Disposable {
  /** Says something above the progress. */
  note(line: string): void
  /** Shows nothing until what it gives is disposed of. */
  hold(): Disposable
}

const frameMs = 100
/** In a log: often while somebody may be looking, seldom later. */
const logEveryMs = { first: 5_000, later: 30_000, firstForMs: 60_000 } as const
/** Where a terminal does not say how wide it is. */
const usualWidth = 80

/** Lines that are drawn again and again. */
export async function liveView(output: NodeJS.WriteStream, progress: () => JobProgress): Promise<JobView> {
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(output)
  let isHeld = false
  // One column stays free: some terminals wrap a line that fills the last one.
  const timer = setInterval(() => {
    if (!isHeld) draw(progressLines(progress(), (output.columns || usualWidth) - 1).join('\n'))
  }, frameMs).unref()
  return {
    note: (line) => draw.persist(line),
    hold() {
      isHeld = true
      draw.clear()
      return {
        [Symbol.dispose]: () => {
          isHeld = false
        },
      }
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      draw.clear()
      draw.done()
    },
  }
}

/** A line now and then, for a file or a CI system that keeps all of them. */
export function logView(output: NodeJS.WritableStream, progress: () => JobProgress): JobView {
  let shownForMs = 0
  let timer: NodeJS.Timeout
  const showNext = (): void => {
    const { first, later, firstForMs } = logEveryMs
    const waitMs = shownForMs < firstForMs ? first : later
    timer = setTimeout(() => {
      shownForMs += waitMs
      output.write(`${logLine(progress())}\n`)
      showNext()
    }, waitMs).unref()
  }
  showNext()
  return {
    note: (line) => output.write(`${line}\n`),
    hold: () => ({ [Symbol.dispose]: () => {} }),
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
