import { Failure } from '../../../core/failure.ts'
import type { Step } from '../../steps/step.ts'
import type { ItemView } from '../../template/item-view.ts'

/**
 * A name that a step asks of its items and that none of these has. What a step before it will give, nobody knows yet: that is never missing.
 *
 * @returns why the step would fail for every one of them, in words
 */
export function missingName(
  step: Exclude<Step, { kind: 'collect' | 'filter' }>,
  views: readonly ItemView[],
): string | undefined {
  let first: Failure | undefined
  for (const view of views) {
    const failure = refusalOf(step, view)
    const name = failure?.details?.missing
    if (failure === undefined || name === undefined || (first !== undefined && first.details?.missing !== name))
      return undefined
    first ??= failure
  }
  return first && `${step.name}: ${first.message}`
}

function refusalOf(step: Exclude<Step, { kind: 'collect' | 'filter' }>, view: ItemView): Failure | undefined {
  try {
    step.prepare(view)
    return undefined
  } catch (thrown) {
    return Failure.from(thrown)
  }
}
