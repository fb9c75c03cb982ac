import { expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import {
  type Answer,
  ask,
  type Deduped,
  type DedupeOptions,
  dedupe,
  embed,
  embedAll,
  extract,
  type Generation,
  type Generator,
  generate,
  type InlineTask,
  type LaneTask,
  type Outcome,
  type Ranked,
  type Runtime,
  rank,
  type Summary,
  summarise,
} from '../../src/index.ts'

// These hold when `npm run typecheck` passes; running them shows nothing.

declare const model: Generator
declare const weft: Runtime
const city = z.object({ city: z.string() })
type City = { city: string }

it('steps have the types of what they make', () => {
  expectTypeOf(() => generate(model)).returns.toExtend<LaneTask<string, Generation>>()
  expectTypeOf(() => generate(model, { schema: city })).returns.toExtend<LaneTask<string, Generation<City>>>()
  expectTypeOf(() => extract(model, city)).returns.toExtend<LaneTask<string, City>>()
  expectTypeOf(() => ask(model, 'why')).returns.toExtend<LaneTask<string[], Answer>>()
  // @ts-expect-error: the extractive summariser counts sentences
  expectTypeOf(() => summarise(undefined, { words: 3 })).toBeFunction()
  expectTypeOf(() => summarise(model, { words: 3 })).returns.toExtend<LaneTask<string, Summary>>()
})

it('items need an accessor where they hold no text', () => {
  expectTypeOf(() => rank()).toBeFunction()
  // @ts-expect-error: numbers hold no text
  expectTypeOf(() => rank<number>()).toBeFunction()
  // @ts-expect-error: numbers hold no text
  expectTypeOf(() => dedupe<number>({ threshold: 0.5 })).toBeFunction()
  expectTypeOf(() => dedupe({ text: (number: number) => String(number) })).returns.toEqualTypeOf<
    InlineTask<readonly number[], Deduped<number>>
  >()
  expectTypeOf<DedupeOptions<number>['by']>().not.toBeAny()
})

it('patterns infer what goes in and what comes out of them', () => {
  const texts = ['a']
  expectTypeOf(async () => weft.map(texts, summarise())).returns.resolves.toEqualTypeOf<Outcome<Summary, string>[]>()
  expectTypeOf(async () => weft.map(texts, embed())).returns.resolves.toEqualTypeOf<Outcome<Float32Array, string>[]>()
  expectTypeOf(async () => weft.call(embedAll(), texts)).returns.resolves.toEqualTypeOf<Float32Array[]>()
  expectTypeOf(async () => weft.call(rank(), { query: 'a', items: texts })).returns.resolves.toEqualTypeOf<
    Ranked<string>[]
  >()
  expectTypeOf(async () => weft.call(dedupe(), texts)).returns.resolves.toEqualTypeOf<Deduped<string>>()
  expectTypeOf(async () => weft.pipeline(texts).step('x', extract(model, city))).returns.resolves.toEqualTypeOf<
    Outcome<City, string>[]
  >()
})
