import type { Failure } from '../../../core/failure.ts'
import { delimiterHint } from '../delimiter-hint.ts'
import type { JobPlan } from '../plan.ts'
import { misspelling } from './missing-names.ts'
import { malformedNotes, sampleItems } from './sample.ts'
import { arrivalsOf, estimateSteps } from './step-estimates.ts'

/** What the first items say of a job that is about to run, and that most likely is not meant so. */
export interface FirstLook {
  readonly notes: readonly string[]
  /** A step would fail for each of them, by a name that seems misspelt. */
  readonly refusal: Failure | undefined
}

/**
 * Nothing is thrown of the source: what cannot be read shows when it runs.
 *
 * @param stepsDone names of steps that earlier runs have done as they are; asked where it matters
 */
export async function firstLook(
  plan: JobPlan,
  stepsDone: () => Promise<ReadonlySet<string>> = async () => new Set(),
): Promise<FirstLook> {
  const hint = delimiterHint(plan.source)
  const hints = hint === undefined ? [] : [hint]
  const sample = await sampleItems(plan, undefined).catch(() => undefined)
  if (sample === undefined) return { notes: hints, refusal: undefined }
  const { items } = sample
  const { missing } = estimateSteps(plan.steps, arrivalsOf(items, items.length))
  return {
    notes: [...hints, ...missing.map(({ message }) => message), ...malformedNotes(sample)],
    refusal:
      missing.length === 0 ? undefined : misspelling(missing, plan.source.place, items.length, await stepsDone()),
  }
}
