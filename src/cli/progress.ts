import type { Progress } from '../core/run.ts'
import type { LaneHandle } from '../schedule/lane-handle.ts'
import { seconds } from './summary.ts'

/** What a progress view looks at. */
type LaneState = Pick<LaneHandle, 'name' | 'capacity' | 'running' | 'waiting'>

export interface Watched {
  progress(): Progress
  lanes(): readonly LaneState[]
  /** The event loop's delay, 99th percentile, in milliseconds. */
  loopDelayMs(): number
}

/** Shows how a run goes until it is disposed of. */
export type ProgressView = Disposable & {
  /** Says something above the progress. */
  note(line: string): void
}

const liveMs = 100
const plainMs = 5_000

/** A line that is drawn again and again, for a terminal. */
export async function liveProgress(output: NodeJS.WriteStream, watched: Watched): Promise<ProgressView> {
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(output)
  const meter = new Meter(watched)
  const timer = setInterval(() => draw(meter.lines().join('\n')), liveMs).unref()
  return {
    note: (line) => draw.persist(line),
    [Symbol.dispose]() {
      clearInterval(timer)
      draw.clear()
      draw.done()
    },
  }
}

/** A line every five seconds, for a log. */
export function plainProgress(output: NodeJS.WritableStream, watched: Watched): ProgressView {
  const meter = new Meter(watched)
  const timer = setInterval(() => output.write(`${meter.lines().join(', ')}\n`), plainMs).unref()
  return {
    note: (line) => output.write(`${line}\n`),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

export const noProgress: ProgressView = { note: () => {}, [Symbol.dispose]: () => {} }

class Meter {
  readonly #watched: Watched
  readonly #startedAt = performance.now()

  constructor(watched: Watched) {
    this.#watched = watched
  }

  lines(): string[] {
    const { done, failed, skipped, cancelled, running, waiting } = this.#watched.progress()
    const ended = done + failed + skipped + cancelled
    const elapsedMs = performance.now() - this.#startedAt
    const perMs = ended / elapsedMs
    const left = running + waiting
    const lanes = this.#watched.lanes().filter((lane) => lane.running + lane.waiting > 0)
    return [
      `${ended} of ${ended + left}: ${done} done, ${failed} failed${cancelled > 0 ? `, ${cancelled} cancelled` : ''}, ${running} running, ${waiting} waiting`,
      [
        ...lanes.map(laneText),
        `${(perMs * 1_000).toFixed(1)}/s`,
        ...(ended > 0 && left > 0 ? [`about ${seconds(left / perMs)} left`] : []),
        `event loop p99 ${this.#watched.loopDelayMs().toFixed(1)} ms`,
      ].join(', '),
    ]
  }
}

function laneText({ name, running, capacity, waiting }: LaneState): string {
  return `${name} ${running}/${capacity}${waiting > 0 ? ` (${waiting} waiting)` : ''}`
}
