import { delimiterHint } from '../delimiter-hint.ts'
import type { JobPlan } from '../plan.ts'
import { malformedNotes, sampleItems } from './sample.ts'
import { arrivalsOf, estimateSteps } from './step-estimates.ts'

/** What its first items say of a job that is about to run, and that most likely is not meant so. */
export async function beginNotes(plan: JobPlan): Promise<string[]> {
  const hint = delimiterHint(plan.source)
  const looked = await sampleItems(plan, undefined).then(
    (sample) => {
      const { items } = sample
      return [...estimateSteps(plan.steps, arrivalsOf(items, items.length)).missing, ...malformedNotes(sample)]
    },
    // What cannot be read shows when it runs.
    () => [],
  )
  return [...(hint === undefined ? [] : [hint]), ...looked]
}
