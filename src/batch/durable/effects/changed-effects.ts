import type { RunRow } from '../../../journal/journal.ts'
import type { Step } from '../../steps/step.ts'

/**
 * Says of each step with effects that is not what it was in any run before that what it did there will be done again: it is other work now, and
 * nobody may have meant that.
 *
 * @param newestFirst all runs of the job
 */
export function changedEffects(steps: readonly Step[], newestFirst: readonly RunRow[]): string[] {
  const before = newestFirst
    .filter(({ marks }) => marks.tally.in > 0)
    .map(({ id, plan }) => ({ id, steps: planned(plan) }))
  return steps.flatMap((step) => {
    if (!('effects' in step) || !step.effects) return []
    const alike = before.filter((run) => run.steps.some(({ name }) => name === step.name))
    const last = alike[0]
    if (last === undefined || alike.some((run) => run.steps.some(({ version }) => version === step.version))) return []
    return [
      `${step.name} is not what it was in ${last.id}: what it did there, also outside, it does again; a step of your own keeps what it did over edits of its code when you give it a version`,
    ]
  })
}

function planned(plan: string): readonly { readonly name?: string; readonly version?: string }[] {
  return (JSON.parse(plan) as { readonly steps: ReturnType<typeof planned> }).steps
}
