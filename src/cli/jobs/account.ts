import * as v from 'valibot'
import type { Tally } from '../../core/tally.ts'
import type { RunRow } from '../../journal/journal.ts'

/** What a run has counted beside its marks, as its journal has it. */
export interface RunAccount {
  readonly steps: readonly { readonly name: string; readonly tally: Tally }[]
  readonly derived: Tally
  readonly failures: readonly { readonly code: string; readonly count: number; readonly examples: readonly string[] }[]
}

/** Of a run that has counted nothing yet, zeros. */
export function accountOf({ plan, marks }: RunRow): RunAccount {
  const { steps: names } = v.parse(planned, JSON.parse(plan))
  const { steps, derived, failures } = v.parse(account, JSON.parse(marks.account ?? '{}'))
  return {
    steps: names.map(({ name }, at) => {
      const { done, failed, skipped } = steps[at] ?? noCount
      return { name, tally: { in: done + failed + skipped, done, failed, skipped, cancelled: 0 } }
    }),
    derived: { in: derived.done + derived.failed + derived.skipped, ...derived, cancelled: 0 },
    failures,
  }
}

const noCount = { done: 0, failed: 0, skipped: 0 }
const counted = v.object({ done: v.number(), failed: v.number(), skipped: v.number() })
const planned = v.object({ steps: v.array(v.object({ name: v.string() })) })
const account = v.object({
  steps: v.optional(v.array(counted), []),
  derived: v.optional(counted, noCount),
  failures: v.optional(v.array(v.object({ code: v.string(), count: v.number(), examples: v.array(v.string()) })), []),
})
