import { Failure } from '../../../src/core/failure.ts'

/** The Failure that a call throws. */
export function thrownBy(call: () => unknown): Failure {
  try {
    call()
  } catch (thrown) {
    if (Failure.is(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}
