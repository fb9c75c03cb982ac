import type { PipelineOptions } from '../../../core/pipeline.ts'
import type { JobPlan } from '../../job/plan.ts'
import type { budgetLeft } from './budget-left.ts'
import { policyLeft } from './policy-left.ts'

/** What earlier lives of a run have left of its bounds. */
export interface LeftBounds {
  readonly budget: ReturnType<typeof budgetLeft> | undefined
  /** Items that are done already. */
  readonly done: number
  /** One item at a time. */
  readonly isSequential: boolean
}

/** Of the pipeline that a life of a run is. */
export function lineOptions(plan: JobPlan, { budget, done, isSequential }: LeftBounds): PipelineOptions {
  const concurrency = isSequential ? 1 : plan.concurrency
  return {
    name: plan.name,
    policy: policyLeft(plan.policy, done),
    ...(concurrency !== undefined && { concurrency }),
    ...(budget && {
      budget: { ...budget, ...(budget.wallMs !== undefined && { wallMs: Math.max(1, budget.wallMs) }) },
    }),
  }
}
