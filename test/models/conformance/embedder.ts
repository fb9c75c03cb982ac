import { describe, expect, test } from 'vitest'
import type { Embedder } from '../../../models/model.ts'
import { type ExpectedFailure, Stage, type Subject, testUnless } from './stage.ts'

export interface EmbedderSubject extends Subject<Embedder> {
  /** Calls that must fail, and how. */
  readonly failures?: readonly ExpectedFailure<Embedder, readonly string[]>[]
}

/**
 * What every `Embedder` must do, through a real runtime.
 *
 * @param provider.make called once, before the first test
 * @param provider.skips what it cannot do, each with the reason
 */
export function embedderConformance(provider: {
  readonly name: string
  make(): EmbedderSubject | Promise<EmbedderSubject>
  readonly skips?: Readonly<Partial<Record<'failures' | 'cancellation' | 'meaning', string>>>
}): void {
  const { name, make, skips = {} } = provider
  describe(`${name} is an Embedder`, () => {
    const stage = new Stage<Embedder, EmbedderSubject>(make)
    const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
      const { value } = await stage.done((context) => stage.model.embed(texts, context))
      return value
    }

    test('has a name and a lane', () => {
      expect(stage.model.name).toMatch(/^\S+$/)
      expect(stage.model.lane).toMatch(/^\S+$/)
    })

    test('gives vectors of length 1 and of one size', async () => {
      const vectors = await embed(texts)
      expect(vectors.length).toBe(texts.length)
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array)
        expect(vector.length).toBe(stage.model.dimensions ?? vectors[0]!.length)
        expect(length(vector)).toBeCloseTo(1, 4)
      }
    })

    test('gives them in the order of the texts, the same for the same text', async () => {
      const forward = await embed(texts)
      const backward = await embed(texts.toReversed())
      for (const [index, vector] of backward.toReversed().entries()) {
        expect(cosine(vector, forward[index]!)).toBeCloseTo(1, 4)
      }
      const [alone] = await embed([texts[1]!])
      expect(cosine(alone!, forward[1]!)).toBeCloseTo(1, 4)
      expect(cosine(forward[0]!, forward[2]!)).toBeLessThan(0.999)
    })

    testUnless(skips.meaning, 'puts what is alike closer than what is not', async () => {
      const [one, alike, other] = await embed([
        'The cat sat on the warm mat by the fire.',
        'A cat was sitting on a mat near the fire.',
        'Quarterly revenue of the steel company fell.',
      ])
      expect(cosine(one!, alike!)).toBeGreaterThan(cosine(one!, other!))
    })

    test('gives zeros for a text without content, beside the others', async () => {
      const [empty, word, blank] = await embed(['', 'word', ' \n\t '])
      expect(length(empty!)).toBe(0)
      expect(length(blank!)).toBe(0)
      expect(length(word!)).toBeCloseTo(1, 4)
      expect(empty!.length).toBe(word!.length)
    })

    test('gives nothing for no texts', async () => {
      expect(await embed([])).toEqual([])
    })

    test('takes a text that is longer than any context', async () => {
      const [vector] = await embed(['so it goes, and on it goes. '.repeat(400)])
      expect(length(vector!)).toBeCloseTo(1, 4)
    })

    test('takes whatever a string may hold', async () => {
      const vectors = await embed(['naïve Füße', '日本語のテキスト', '👩‍👩‍👧 \u0000 \ud800 end', 'a'.repeat(5_000)])
      for (const vector of vectors) expect(length(vector)).toBeCloseTo(1, 4)
    })

    testUnless(skips.cancellation, 'ends with the reason of its signal, and is there for the next', async () => {
      await stage.cancelled((context) => stage.model.embed(texts, context), 'before')
      await stage.cancelled((context, begun) => {
        const embedded = stage.model.embed(texts, context)
        begun()
        return embedded
      }, 'begun')
      expect((await embed(texts)).length).toBe(texts.length)
    })

    testUnless(skips.failures, 'fails with code, kind and whether to try again', async () => {
      const failures = stage.subject.failures ?? []
      expect(failures.length).toBeGreaterThan(0)
      for (const expected of failures) {
        await stage.fails(expected, (model, context) => model.embed(expected.input, context))
      }
    })

    test('estimates without asking anybody', () => {
      const { model } = stage
      const few = model.estimate(['one']).inputTokens ?? 0
      const many = model.estimate(['one two three '.repeat(500), 'four']).inputTokens ?? 0
      expect(few).toBeGreaterThanOrEqual(0)
      expect(many).toBeGreaterThanOrEqual(few)
      expect(many).toBeLessThan(7_000)
    })

    stage.keepsSecrets()
  })
}

const texts: readonly string[] = [
  'The harbour was full of small boats.',
  'Interest rates rose for the third time.',
  'Add the flour slowly and stir.',
  'She won the race by a second.',
]

function length(vector: Float32Array): number {
  return Math.hypot(...vector)
}

function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * other[index]!, 0)
}
