import type { Failure } from '../../../core/failure.ts'
import type { Failed, Skipped } from '../../../core/outcome.ts'
import type { ItemNumber, Recorded, Settled, WorkFigures } from '../../../journal/journal.ts'
import type { ItemView } from '../../template/item-view.ts'
import type { Level } from './shape.ts'

/** How an item ends that does not come through. */
export interface Ending {
  readonly status: 'failed' | 'skipped'
  readonly failure: Failure
  /** It failed for good: found so in the journal, or said by a policy. */
  readonly isDead?: boolean
  /** In another run, and stays so in this one. */
  readonly isTaken?: boolean
}

/** What a step is given, and the key of that. */
export interface Prepared {
  readonly input: unknown
  readonly key: string
}

/** Where an item of the source stands, and its input. Of what came out of a barrier, or was made on the way, that of where it came from. */
export interface EntryPlace {
  readonly offset: number
  readonly line: number
  readonly input: unknown
}

/** One item on its way through the steps: mutable, as it gathers results. Whoever has it at the moment may change it, and nobody else. */
export class Entry {
  readonly number: ItemNumber
  readonly level: Level
  place: EntryPlace
  readonly parent: Entry | undefined
  /** Position of the step that it stands at: those before are done. */
  at: number
  results: Record<string, unknown>
  last: unknown
  /** What the step at which it stands is given, once that was asked for. */
  prepared: Prepared | undefined
  ending: Ending | undefined
  /** What the journal knows of it, by step; forgotten when its last step is taken. */
  rows: Map<number, Recorded> | undefined
  /** Its end in an earlier life of the run: it comes only because a barrier needs all. */
  settledAs: Settled | undefined
  isSettled = false
  /** Its step was interrupted, and nobody has said what is to become of that: it is not gone on with. */
  isLeft = false
  /** What a barrier gathers, until it has all. */
  members: Entry[] | undefined
  /** What was collected, as steps behind it see it. */
  items: readonly ItemView[] | undefined
  /** Of an `expand`: what it gave, until items are made of it. */
  made: readonly unknown[] | undefined
  children: Entry[] | undefined
  /** Items made of it that have no end yet. */
  unsettled = 0
  /** Of the steps that were run for it in this life of the run, the last: its position. */
  ranAt: number | undefined
  attempts = 0
  queuedMs = 0
  runMs = 0

  constructor(level: Level, number: ItemNumber, place: EntryPlace, parent?: Entry) {
    this.level = level
    this.number = number
    this.place = place
    this.parent = parent
    this.at = level.from
    this.results = parent === undefined ? {} : { ...parent.results }
    this.last = place.input
    this.items = parent?.items
  }

  get view(): ItemView {
    const { results, last, place, items } = this
    if (items !== undefined) return { input: undefined, results, last, items }
    return { input: this.level.isBehindCollect ? undefined : place.input, results, last }
  }

  get root(): Entry {
    return this.parent === undefined ? this : this.parent.root
  }

  /** An attempt, or several, of one of its steps. */
  spent({ attempts, queuedMs, runMs }: WorkFigures): void {
    this.attempts += attempts
    this.queuedMs += queuedMs
    this.runMs += runMs
  }
}

/** How the item ends whose outcome this is. */
export function endingOf(outcome: Failed<Entry> | Skipped<Entry>): Ending {
  const { status, input } = outcome
  return input.ending ?? { status, failure: status === 'failed' ? outcome.failure : outcome.cause }
}
