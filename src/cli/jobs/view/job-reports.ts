import type { JobRun } from '../../../batch/durable/job-run.ts'
import type { Listener } from '../../../core/event.ts'
import { Failure } from '../../../core/failure.ts'
import { equation } from '../../../core/tally.ts'
import { printable } from '../../printable.ts'
import { type JobView, liveView, logView } from './job-view.ts'
import { type ExplainedReport, type NextSteps, reportLines, stopLine } from './report-lines.ts'

/** What the run of a job says beside its records, on standard error: text for people, JSON lines for programs, or nothing. */
export interface JobReports {
  readonly listener: Listener | undefined
  note(line: string): void
  /** What was said in words, for programs alone. */
  figures(event: object): void
  /** Shows how the run goes until the view is disposed of. */
  watch(run: Pick<JobRun, 'progress'>): Promise<Disposable>
  /** Keeps the screen still while somebody is asked something. */
  hold(): Disposable
  /** @param isByUser the user has stopped it, and knows why it ended */
  end(report: ExplainedReport, next: NextSteps, isByUser?: boolean): void
}

export type ReportKind = 'text' | 'json' | 'nothing'

/**
 * @param recordsOnTerminal records scroll by on the same terminal: nothing may be drawn over them
 * @param environment decides what a terminal is good for: CI keeps every frame, a dumb one cannot go up a line
 */
export function openJobReports(
  kind: ReportKind,
  output: NodeJS.WriteStream,
  recordsOnTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): JobReports {
  if (kind === 'nothing') return silenceOn(output)
  if (kind === 'json') return new JsonReports(output)
  const { CI, TERM } = environment
  const isScreen = output.isTTY && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false')
  return new TextReports(output, isScreen && !recordsOnTerminal)
}

const still: Disposable = { [Symbol.dispose]: () => {} }

/** All that is said is why a run could not go on: nobody should have to guess. */
function silenceOn(output: NodeJS.WritableStream): JobReports {
  return {
    listener: undefined,
    note: () => {},
    figures: () => {},
    watch: async () => still,
    hold: () => still,
    end: (report, next, isByUser = false) => {
      const line = isByUser ? undefined : stopLine(report, next)
      if (line !== undefined) output.write(`weft: ${line}\n`)
    },
  }
}

class JsonReports implements JobReports {
  readonly listener: Listener
  readonly #output: NodeJS.WritableStream

  constructor(output: NodeJS.WritableStream) {
    this.#output = output
    this.listener = (event) => this.#print(event)
  }

  note(message: string): void {
    this.#print({ at: new Date().toISOString(), type: 'note', message })
  }

  figures(event: object): void {
    this.#print({ at: new Date().toISOString(), ...event })
  }

  async watch(): Promise<Disposable> {
    return still
  }

  hold(): Disposable {
    return still
  }

  end(report: ExplainedReport, next: NextSteps, isByUser = false): void {
    const { broken, ...rest } = report
    const stopped = isByUser ? undefined : stopLine(report, next)
    this.#print({
      at: new Date().toISOString(),
      type: 'summary',
      equation: equation(report.tally),
      ...rest,
      ...(stopped === undefined ? {} : { stopped }),
      ...(broken === undefined ? {} : { broken: Failure.from(broken) }),
    })
  }

  #print(event: object): void {
    this.#output.write(`${JSON.stringify(event)}\n`)
  }
}

class TextReports implements JobReports {
  readonly listener = undefined
  readonly #output: NodeJS.WriteStream
  readonly #isLive: boolean
  #view: JobView | undefined

  constructor(output: NodeJS.WriteStream, isLive: boolean) {
    this.#output = output
    this.#isLive = isLive
  }

  note(line: string): void {
    if (this.#view === undefined) this.#output.write(`${printable(line)}\n`)
    else this.#view.note(printable(line))
  }

  figures(): void {}

  async watch(run: Pick<JobRun, 'progress'>): Promise<Disposable> {
    const progress = (): ReturnType<JobRun['progress']> => run.progress()
    const view = this.#isLive ? await liveView(this.#output, progress) : logView(this.#output, progress)
    this.#view = view
    return {
      [Symbol.dispose]: () => {
        this.#view = undefined
        view[Symbol.dispose]()
      },
    }
  }

  hold(): Disposable {
    return this.#view?.hold() ?? still
  }

  end(report: ExplainedReport, next: NextSteps): void {
    this.#output.write(`${reportLines(report, next).join('\n')}\n`)
  }
}
