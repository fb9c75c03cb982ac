import { isAbsolute, resolve } from 'node:path'
import * as v from 'valibot'
import { anthropic } from '../../../models/anthropic.ts'
import { extractive } from '../../../models/extractive.ts'
import { lexical } from '../../../models/lexical.ts'
import { llama } from '../../../models/llama.ts'
import type { Embedder, Generator, Model, Summariser } from '../../../models/model.ts'
import { priceOf, prices } from '../../../models/prices.ts'
import { Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'

/** What `with` may hold: a name, or in TypeScript a model. */
export type With = string | Model

export const model: v.GenericSchema<unknown, With> = v.union(
  [
    v.pipe(v.string(), v.minLength(1)),
    v.custom<Model>((given) => typeof given === 'object' && given !== null && 'lane' in given && 'name' in given),
  ],
  'expected the name of a model',
)

type Able = Generator | Embedder | Summariser
export type Ability = 'generate' | 'embed' | 'summarise'

/** The models of a job: equal descriptions are one model, so that its steps share its client and what that has learned. */
export class Models {
  readonly #made = new Map<string, Able>([
    ['extractive', extractive],
    ['lexical', lexical],
  ])
  readonly #used = new Set<Model>()
  readonly #folder: string

  /** @param folder what paths of weights start from */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The model that is meant, if it can do what is needed; else why not. */
  get<A extends Ability>(given: With, ability: A): ModelWith<A> | string {
    const found = typeof given === 'string' ? this.#byName(given) : given
    if (typeof found === 'string') return found
    this.#used.add(found)
    if (typeof (found as unknown as Readonly<Record<string, unknown>>)[ability] === 'function')
      return found as ModelWith<A>
    return `expected a model that can ${ability}, ${examples[ability]}, got ${typeof given === 'string' ? given : given.name}`
  }

  /** Why one of those that were asked for would answer nothing, as it is now. */
  get refusal(): Failure | undefined {
    for (const model of this.#used) {
      try {
        model.ready?.()
      } catch (thrown) {
        return Failure.from(thrown)
      }
    }
    return undefined
  }

  /** What tells it from others in a step's version. Two files of weights may have one name. */
  version(given: With, { name }: Model): string {
    return typeof given === 'string' && given.startsWith('local:') ? given : name
  }

  #byName(name: string): Able | string {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const made = this.#make(name)
    if (typeof made !== 'string') this.#made.set(name, made)
    return made
  }

  #make(name: string): Able | string {
    const [, provider, named = ''] = /^(local|anthropic):(.+)$/.exec(name) ?? []
    if (provider === 'local') {
      const isPath = /[/\\]|\.gguf$/i.test(named) && !isAbsolute(named)
      return llama({ model: isPath ? resolve(this.#folder, named) : named })
    }
    if (/\s/.test(name)) return `expected the name of a model, got ${JSON.stringify(name)}`
    if (provider === 'anthropic') return anthropic({ model: named })
    if (priceOf(name) !== undefined) return anthropic({ model: name })
    const names = ['extractive', 'lexical', ...Object.keys(prices.usdPerMillionTokens)]
    return `unknown model ${name}${suggestion(name, names)}; local:NAME is one on this machine, anthropic:NAME one that weft has no price of`
  }
}

export type ModelWith<A extends Ability> = A extends 'generate' ? Generator : A extends 'embed' ? Embedder : Summariser

const examples: Readonly<Record<Ability, string>> = {
  generate: 'claude-haiku-4-5 or local:NAME',
  embed: 'lexical or local:NAME',
  summarise: 'extractive, claude-haiku-4-5 or local:NAME',
}
