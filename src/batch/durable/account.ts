import type { ItemNumber, Marks } from '../../journal/journal.ts'
import type { BookRecord } from './figures/book.ts'
import type { JobProgress } from './job-run.ts'

/** What the engine keeps of a run beside the marks that everybody reads. */
export interface Account {
  readonly book?: BookRecord
  /** The runs whose results this one takes, those that count most first. */
  readonly before?: readonly string[]
  /** It was to take nothing of any other run; nor do those after it take anything of those before it. */
  readonly isFresh?: true
  /** Its steps with effects, and what stood for the code of each that has some: by that a step of the same name is told to have changed. */
  readonly effects?: readonly { readonly name: string; readonly code?: string }[]
  /** Somebody has said that it is to do again what its steps did outside when they had other code. */
  readonly redoesEffects?: true
  /** The life since which providers take nothing up that was sent before: a retry of a run that was finished. Of one that is fresh: itself. */
  readonly asksAnewSince?: string
  /** Its effects are taken back, or were to be, or those that it took of another run: it is not gone on with. */
  readonly isRollingBack?: true
  /** Files in which its records lie until they are published: absolute paths. */
  readonly partials?: readonly string[]
  /** Whether its output has the order of the source. It cannot be changed on the way. */
  readonly isOrdered?: boolean
  /** Of its items: a run with one is finished when these are, and goes on with no other. */
  readonly limit?: number | undefined
  /** How many items there are, where that was known when it began. */
  readonly total?: JobProgress['total']
  /** Times that what failed was done again. */
  readonly retries: number
  /** What is dead in other runs is done again: somebody has looked, and said so. */
  readonly doesDead?: boolean
  /** A retry is on: the output is written anew when it ends. */
  isRewriting: boolean
  /** Where the output has the order of the source: it has all items before this one, and no other. */
  readonly writtenTo: ItemNumber
  /** No item settled before this one did has a higher one. */
  readonly sequence: number
  /** Time that it was under way, in milliseconds. */
  readonly wallMs: number
}

/** Of a run that has not begun. */
export const noAccount: Account = { retries: 0, isRewriting: false, writtenTo: 0, sequence: 0, wallMs: 0 }

export function accountOf({ account }: Marks): Account {
  return account === undefined ? noAccount : JSON.parse(account)
}
