import { Failure } from '../../src/core/failure.ts'
import type { Model } from '../model.ts'

const abilities = {
  generate: 'writes, anthropic(…) or llama(…)',
  embed: 'embeds, lexical or llama(…)',
} as const

/**
 * A model that can do what the step needs; the very one that was given, which may keep what no copy of it would have.
 *
 * @param what the step, as the caller wrote it
 * @throws Failure `INVALID_OPTION`
 */
export function checkedModel<M extends Model>(model: M, ability: keyof typeof abilities, what: string): M {
  const found = Object(model) as Readonly<Record<string, unknown>>
  if (typeof found.lane === 'string' && typeof found[ability] === 'function') return model
  const got = typeof found.lane === 'string' ? found.name : `${typeof model}: the model comes first, then the options`
  throw new Failure('INVALID_OPTION', `${what}: expected a model that ${abilities[ability]}, got ${got}`)
}
