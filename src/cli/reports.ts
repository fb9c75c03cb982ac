import type { Listener } from '../core/event.ts'
import type { Run } from '../core/run.ts'
import type { RunStatistics } from '../core/statistics.ts'
import { equation } from '../core/tally.ts'
import type { Runtime } from '../runtime.ts'
import type { FailureList } from './failure-list.ts'
import { printable } from './printable.ts'
import { liveProgress, noProgress, type ProgressView, plainProgress, type Watched } from './progress.ts'
import { summaryLines } from './summary.ts'

/** What a command says beside its records, on standard error: text for people, JSON lines for programs, or nothing. */
export interface Reports {
  /** Told of every event; undefined where nobody wants them. */
  readonly listener: Listener | undefined
  note(line: string): void
  /** Shows how the run goes until the view is disposed of. */
  watch(run: Run, runtime: Runtime): Promise<Disposable>
  end(statistics: RunStatistics, failures: FailureList): void
}

/** @param live whether progress may be drawn again and again: not where records scroll by on the same terminal */
export function openReports(kind: 'text' | 'json' | 'nothing', output: NodeJS.WriteStream, live: boolean): Reports {
  if (kind === 'nothing') return silence
  return kind === 'json' ? new JsonReports(output) : new TextReports(output, live && output.isTTY)
}

const silence: Reports = { listener: undefined, note: () => {}, watch: async () => noProgress, end: () => {} }

class JsonReports implements Reports {
  readonly listener: Listener
  readonly #output: NodeJS.WritableStream

  constructor(output: NodeJS.WritableStream) {
    this.#output = output
    this.listener = (event) => this.#print(event)
  }

  note(message: string): void {
    this.#print({ at: new Date().toISOString(), type: 'note', message })
  }

  async watch(): Promise<Disposable> {
    return noProgress
  }

  end({ tally }: RunStatistics): void {
    this.#print({ at: new Date().toISOString(), type: 'summary', tally, equation: equation(tally) })
  }

  #print(event: object): void {
    this.#output.write(`${JSON.stringify(event)}\n`)
  }
}

class TextReports implements Reports {
  readonly listener = undefined
  readonly #output: NodeJS.WriteStream
  readonly #live: boolean
  #view: ProgressView | undefined

  constructor(output: NodeJS.WriteStream, live: boolean) {
    this.#output = output
    this.#live = live
  }

  note(line: string): void {
    if (this.#view === undefined) this.#output.write(`${printable(line)}\n`)
    else this.#view.note(printable(line))
  }

  async watch(run: Run, runtime: Runtime): Promise<Disposable> {
    const watched: Watched = {
      progress: () => run.progress,
      lanes: () => runtime.lanes(),
      loopDelayMs: () => run.stats().loopDelay.p99Ms,
    }
    const view = this.#live ? await liveProgress(this.#output, watched) : plainProgress(this.#output, watched)
    this.#view = view
    return {
      [Symbol.dispose]: () => {
        this.#view = undefined
        view[Symbol.dispose]()
      },
    }
  }

  end(statistics: RunStatistics, failures: FailureList): void {
    this.#output.write(`${summaryLines(statistics, failures).map(printable).join('\n')}\n`)
  }
}
