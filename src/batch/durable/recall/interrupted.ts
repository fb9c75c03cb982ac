import { Failure } from '../../../core/failure.ts'
import type { OnInterrupted } from '../../steps/step.ts'
import type { WorkingStep } from '../item/advance.ts'
import type { Entry } from '../item/entry.ts'
import { itemId } from '../item/item-id.ts'
import { isBarrier, type Shape } from '../item/shape.ts'
import type { JobReport, JobRunOptions } from '../job-run.ts'
import type { Ordering } from '../output/ordering.ts'

export interface InterruptedParts {
  readonly shape: Shape
  readonly ask: JobRunOptions['askInterrupted']
  readonly ordering: Ordering | undefined
  readonly broke: (failure: Failure) => void
}

/** Decides what becomes of work that was begun and has no result, and remembers what it has decided. */
export class Interrupted {
  readonly found: JobReport['interrupted'][number][] = []
  readonly #parts: InterruptedParts
  #hasLeft = false

  constructor(parts: InterruptedParts) {
    this.#parts = parts
  }

  /** Whether somebody has to decide, before the run can end. */
  get isUndecided(): boolean {
    return this.#hasLeft || this.found.some(({ became }) => became === 'ask')
  }

  /**
   * Undefined: it is run again. `left`: it stays as it is.
   *
   * @param lost how its thread died; default: the process has
   */
  async decide(entry: Entry, step: WorkingStep, lost?: Failure): Promise<Failure | 'left' | undefined> {
    const id = itemId(entry.level, entry.number)
    const asked =
      step.onInterrupted === 'ask' ? await this.#parts.ask?.(id, step.name, entry.place.input) : step.onInterrupted
    const became: OnInterrupted = asked ?? 'ask'
    this.found.push({ step: step.name, id, became })
    if (became === 'ask') return 'left'
    return became === 'rerun' ? undefined : notAgain(step.name, lost)
  }

  /** It is not gone on with in this life of the run. */
  left(entry: Entry): void {
    this.#hasLeft = true
    if (!entry.level.isBehindCollect) this.#parts.ordering?.left(entry.root.number)
  }

  /** Ends the run where a barrier from that step on would lack what was left before it. */
  holdUp(step: number): void {
    const { shape, broke } = this.#parts
    if (this.isUndecided && shape.steps.slice(step).some(isBarrier)) broke(undecided())
  }
}

export function undecided(): Failure {
  return new Failure('INTERRUPTED', 'work was begun and has no result, and nobody has said what is to become of it')
}

function notAgain(name: string, lost: Failure | undefined): Failure {
  const what =
    lost === undefined ? `${name} was begun when the process ended` : `${name} was begun, and ${lost.message}`
  const message = `${what}; nobody knows how far it came, it may have taken effect: look, then run weft retry --dead`
  return new Failure('INTERRUPTED', message, { details: { mayHaveTakenEffect: true }, cause: lost })
}
