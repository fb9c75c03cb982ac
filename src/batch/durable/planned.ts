import type { RunRow } from '../../journal/journal.ts'
import type { Step } from '../steps/step.ts'

/** A step as its run has it recorded. */
export interface PlannedStep {
  readonly kind: Step['kind']
  readonly name: string
  /** Undefined: it does no work. */
  readonly version?: string
}

/** The steps of a run when it began: the job may be another by now. */
export function plannedSteps({ plan }: Pick<RunRow, 'plan'>): readonly PlannedStep[] {
  return (JSON.parse(plan) as { readonly steps: readonly PlannedStep[] }).steps
}
