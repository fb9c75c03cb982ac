import { Failure } from '../../../core/failure.ts'
import type { OnInterrupted } from '../../steps/step.ts'
import type { WorkingStep } from '../item/advance.ts'
import type { Entry } from '../item/entry.ts'
import { itemId } from '../item/item-id.ts'
import type { JobReport, JobRunOptions } from '../job-run.ts'

/** Decides what becomes of work that was begun and has no result, and remembers what it has decided. */
export class Interrupted {
  readonly found: JobReport['interrupted'][number][] = []
  readonly #ask: JobRunOptions['askInterrupted']

  constructor(ask: JobRunOptions['askInterrupted']) {
    this.#ask = ask
  }

  /** Whether somebody has to decide, before the run can end. */
  get isUndecided(): boolean {
    return this.found.some(({ became }) => became === 'ask')
  }

  /** Undefined: it is run again. `left`: it stays as it is. */
  async decide(entry: Entry, step: WorkingStep): Promise<Failure | 'left' | undefined> {
    const id = itemId(entry.level, entry.number)
    const asked = step.onInterrupted === 'ask' ? await this.#ask?.(id, step.name) : step.onInterrupted
    const became: OnInterrupted = asked ?? 'ask'
    this.found.push({ step: step.name, id, became })
    if (became === 'ask') return 'left'
    return became === 'rerun' ? undefined : notAgain(step.name)
  }
}

function notAgain(name: string): Failure {
  return new Failure(
    'INTERRUPTED',
    `${name} was begun when the process ended, and nobody knows how far it came: look, then run weft retry --dead`,
  )
}
