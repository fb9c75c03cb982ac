import { Failure } from '../../src/core/failure.ts'
import { modelsThatFit } from '../catalogue.ts'

const mostNamed = 3

/**
 * Adds to a `MODEL_TOO_LARGE` which models of the catalogue would fit, and throws whatever it is given.
 *
 * @throws Failure always
 */
export async function withSmallerModels(thrown: unknown): Promise<never> {
  if (!Failure.is(thrown) || thrown.code !== 'MODEL_TOO_LARGE') throw thrown
  const { roomBytes = 0, use } = thrown.details ?? {}
  const fitting = await modelsThatFit(Number(roomBytes), use === 'embed' ? 'embedding' : 'chat')
  if (fitting.length === 0) throw thrown
  const names = fitting.slice(0, mostNamed).map(({ name }) => name)
  throw new Failure('MODEL_TOO_LARGE', `${thrown.message}; of the catalogue ${names.join(', ')} would`, {
    ...(thrown.details === undefined ? {} : { details: thrown.details }),
    cause: thrown,
  })
}
