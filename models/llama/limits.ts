import { Failure } from '../../src/core/failure.ts'
import type { GenerateRequest } from '../model.ts'

/**
 * The library takes 0 and less, and what is no number, for "no limit", and then drops the beginning of the prompt whenever the context is
 * full: such an answer never ends.
 *
 * @throws Failure `REQUEST_REFUSED`
 */
export function assertLimits({ maxTokens, temperature }: Pick<GenerateRequest, 'maxTokens' | 'temperature'>): void {
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 1)) {
    throw refused(`maxTokens must be a whole number of at least 1, not ${maxTokens}`)
  }
  if (temperature !== undefined && !(Number.isFinite(temperature) && temperature >= 0)) {
    throw refused(`temperature must be a number of at least 0, not ${temperature}`)
  }
}

function refused(message: string): Failure {
  return new Failure('REQUEST_REFUSED', message, { kind: 'input' })
}
