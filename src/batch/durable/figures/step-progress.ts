import type { Shape } from '../item/shape.ts'
import type { StepProgress } from '../job-run.ts'
import type { Book } from './book.ts'

/** How each step stands. */
export function stepsOf({ steps }: Shape, book: Book): StepProgress[] {
  return steps.map((step, at) => {
    const { arrived, running, reused } = book.steps[at]!
    const { done, failed, skipped } = book.live.steps[at]!
    const waiting = Math.max(0, arrived - done - failed - skipped - running)
    return { name: step.name, lane: laneOf(step), done, failed, skipped, running, waiting, reused }
  })
}

function laneOf(step: object): string | undefined {
  const { lane, worksOn } = step as { readonly lane?: string; readonly worksOn?: string }
  return worksOn ?? lane
}
