import { Failure } from '../../../core/failure.ts'
import type { ChangedEffects } from '../job-run.ts'

/** @throws Failure `EFFECTS_CHANGED` */
export function refuseChanged(changed: readonly ChangedEffects[]): never {
  const effects = changed.reduce((sum, one) => sum + one.effects, 0)
  throw new Failure('EFFECTS_CHANGED', changed.map((one) => `${changedText(one)} ${remedy(one)}`).join('. '), {
    details: { steps: changed.map(({ step }) => step).join(', '), effects },
  })
}

/** In words, as far as it can be said without what to do about it. */
export function changedText({ step, run, was, effects }: ChangedEffects): string {
  const formerly = was === step ? '' : `${was}, or what it was, `
  return `${step} is not what it was in ${run}: ${formerly}up to ${effects} of its effects there were done, or may have been, and would be done again.`
}

/** How they are kept, and how they are done again. */
export function remedy({ keptBy }: Pick<ChangedEffects, 'keptBy'>): string {
  const keep =
    keptBy === undefined
      ? 'To keep what was done, make the step, or the version of its job, what it was'
      : `To keep what was done, put version: "${keptBy}" on the step`
  return `${keep}; to do it again, say --redo-effects (from code: redoEffects)`
}
