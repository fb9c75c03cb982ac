import type { Outcome } from '../../core/outcome.ts'
import type { Terms } from '../../execute/terms.ts'
import type { Expectation } from '../../schedule/expectations.ts'
import type { Line } from '../line/line.ts'
import type { Filter } from './filter.ts'

/** What items go through within a segment. */
export type Operator = Step | Filter

/** A step on its way: the tasks of all items that are at it. */
export interface Step {
  readonly kind: 'step'
  readonly name: string
  readonly line: Line<unknown, unknown>
  readonly terms: Terms<unknown, unknown>
  readonly expectation: Expectation
  /** Making a task runs functions of the caller's. */
  readonly callsBack: boolean
  readonly known: ((value: unknown) => { readonly value: unknown } | undefined) | undefined
  readonly ended: ((value: unknown, outcome: Outcome<unknown>) => unknown) | undefined
}
