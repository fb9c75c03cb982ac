import type { RunRow } from '../../journal/journal.ts'
import type { JobPlan } from '../job/plan.ts'
import type { Step } from '../steps/step.ts'

/** A step as its run has it recorded. */
export interface PlannedStep {
  readonly kind: Step['kind']
  readonly name: string
  /** Undefined: it does no work. */
  readonly version?: string
}

/** What makes the ends of items what they are: two runs with the same go on with each other. */
export function stepsJson({ steps, output }: JobPlan): string {
  const described = steps.map((step) => {
    const { kind, name, version } = step as { readonly kind: string; readonly name: string; readonly version?: string }
    return { kind, name, version }
  })
  return JSON.stringify({ steps: described, fields: output.fields })
}

/** The steps of a run when it began: the job may be another by now. */
export function plannedSteps({ plan }: Pick<RunRow, 'plan'>): readonly PlannedStep[] {
  return (JSON.parse(plan) as { readonly steps: readonly PlannedStep[] }).steps
}
