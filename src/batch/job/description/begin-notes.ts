import { delimiterHint } from '../delimiter-hint.ts'
import type { JobPlan } from '../plan.ts'
import { sampleItems } from './sample.ts'
import { arrivalsOf, estimateSteps } from './step-estimates.ts'

/** What its first items say of a job that is about to run, and that most likely is not meant so. */
export async function beginNotes(plan: JobPlan): Promise<string[]> {
  const hint = delimiterHint(plan.source)
  const missing = await sampleItems(plan, undefined).then(
    ({ items }) => estimateSteps(plan.steps, arrivalsOf(items, items.length)).missing,
    // What cannot be read shows when it runs.
    () => [],
  )
  return [...(hint === undefined ? [] : [hint]), ...missing]
}
