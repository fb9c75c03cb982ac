import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import type { Outcome, OutcomeStatus } from '../../core/outcome.ts'
import type { Deadline, Policy, Quorum } from '../../core/policy.ts'

/**
 * The policy of a run that is over as soon as `count` of its tasks are done, or cannot be done any more.
 *
 * @throws Failure `INVALID_OPTION` when it is no integer of at least 1
 */
export function quorum(count: number): Quorum {
  const made: Quorum = { kind: 'quorum', count }
  if (v.is(quorumEntries, made)) return Object.freeze(made)
  throw new Failure(
    'INVALID_OPTION',
    `quorum: expected how many tasks have to be done, 1 or more, got ${String(count)}`,
  )
}

/**
 * The policy of a run that ends after `deadlineMs` milliseconds, with what it has by then.
 *
 * @throws Failure `INVALID_OPTION` when that is not more than 0
 */
export function deadline(deadlineMs: number): Deadline {
  const made: Deadline = { kind: 'deadline', deadlineMs }
  if (v.is(deadlineEntries, made)) return Object.freeze(made)
  throw new Failure('INVALID_OPTION', `deadline: expected milliseconds, more than 0, got ${String(deadlineMs)}`)
}

const quorumEntries = v.strictObject({
  kind: v.literal('quorum'),
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
})

const deadlineEntries = v.strictObject({
  kind: v.literal('deadline'),
  deadlineMs: v.pipe(v.number(), v.gtValue(0)),
})

const anyPolicy = v.union([v.picklist(['settle', 'fail-fast']), quorumEntries, deadlineEntries])

/** What an option `policy` may hold. */
export const policySchema: v.GenericSchema<unknown, Policy> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if (v.is(anyPolicy, dataset.value)) return dataset.value
    addIssue({ expected: "'settle', 'fail-fast', quorum(k) or deadline(ms)" })
    return NEVER
  }),
)

/** What a run itself may be about, beside what its caller may want: over with the first task that is done, or that is done or fails. */
export type RunPolicy = Policy | { readonly kind: 'first'; readonly of: readonly OutcomeStatus[] }

/** What follows from each outcome for the rest of a run. It belongs to one run: it counts. */
export interface PolicyWatcher {
  /**
   * Why what is left is to be cancelled, or undefined. To be told of every outcome; once it has given a reason it may do so again.
   *
   * @param outcome undefined when the run begins
   * @param known how many tasks the run has in all, if that is known yet, and how many of them have settled, this one included
   */
  settled(outcome: Outcome<unknown> | undefined, known: KnownTasks): string | undefined
  /** When the run ends, from its start: whoever asked sets the alarm. */
  readonly deadlineMs: number | undefined
}

export interface KnownTasks {
  readonly total: number | undefined
  readonly settled: number
}

/** Undefined where nothing has to be watched. */
export function watcher(policy: RunPolicy): PolicyWatcher | undefined {
  if (policy === 'settle') return undefined
  if (policy === 'fail-fast') return failFast
  if (policy.kind === 'first') return first(policy.of)
  if (policy.kind === 'quorum') return new QuorumWatcher(policy.count)
  return { deadlineMs: policy.deadlineMs, settled: () => undefined }
}

const failFast: PolicyWatcher = {
  deadlineMs: undefined,
  settled: (outcome) => {
    if (outcome?.status !== 'failed') return undefined
    const { name, index, failure } = outcome
    return `${name} #${index} failed: ${failure.code}: ${failure.message}`
  },
}

function first(of: readonly OutcomeStatus[]): PolicyWatcher {
  const settled = (outcome: Outcome<unknown> | undefined): string | undefined =>
    outcome !== undefined && of.includes(outcome.status) ? `${outcome.name} #${outcome.index} won` : undefined
  return { deadlineMs: undefined, settled }
}

class QuorumWatcher implements PolicyWatcher {
  readonly deadlineMs: undefined
  readonly #count: number
  #done = 0

  constructor(count: number) {
    this.#count = count
  }

  settled(outcome: Outcome<unknown> | undefined, { total, settled }: KnownTasks): string | undefined {
    if (outcome?.status === 'done') this.#done += 1
    if (this.#done >= this.#count) return `quorum of ${this.#count} reached`
    if (total === undefined || this.#done + total - settled >= this.#count) return undefined
    return `quorum of ${this.#count} out of reach: ${this.#done} of ${total} done, ${total - settled} left`
  }
}
