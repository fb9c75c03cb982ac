import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunksOf } from '../../../workers/reading/chunk.ts'

const text = 'The mill grinds rye. It stands by the river. The parish owns it. Nobody sleeps there.'

describe('chunksOf', () => {
  test('cuts between sentences', () => {
    expect(chunksOf({ text, by: 'sentences', size: 2, overlap: 0 })).toEqual([
      'The mill grinds rye. It stands by the river.',
      'The parish owns it. Nobody sleeps there.',
    ])
    expect(chunksOf({ text, by: 'characters', size: 50, overlap: 0 })).toHaveLength(2)
    expect(chunksOf({ text: ' \n ', by: 'tokens', size: 5, overlap: 0 })).toEqual([])
  })

  test('begins each piece with the end of the one before', () => {
    expect(chunksOf({ text, by: 'sentences', size: 2, overlap: 1 })).toEqual([
      'The mill grinds rye. It stands by the river.',
      'It stands by the river. The parish owns it.',
      'The parish owns it. Nobody sleeps there.',
    ])
  })

  test('cuts a sentence that is too long between words, and a word that is too long anywhere but within a character', () => {
    expect(chunksOf({ text: 'one two three four', by: 'characters', size: 9, overlap: 0 })).toEqual([
      'one two',
      'three',
      'four',
    ])
    expect(chunksOf({ text: '😀😀😀', by: 'characters', size: 4, overlap: 0 })).toEqual(['😀😀', '😀'])
  })

  test('whatever the text: pieces are short enough and hold all of it', () => {
    const words = fc.array(fc.constantFrom('mill', 'rye.', 'a', '\n\n', 'Wheat!', '風車。', 'x'.repeat(90)), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 2, max: 80 }),
        fc.constantFrom('characters' as const, 'tokens' as const),
        (parts, size, by) => {
          const source = parts.join(' ')
          const chunks = chunksOf({ text: source, by, size, overlap: 0 })
          const measure = (one: string) => (by === 'characters' ? one.length : Buffer.byteLength(one) / 3.3)
          for (const chunk of chunks) expect(measure(chunk)).toBeLessThanOrEqual(size + 0.01)
          expect(chunks.join('').replace(/\s/g, '')).toBe(source.replace(/\s/g, ''))
        },
      ),
    )
  })

  test('with an overlap, every piece has something new', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 30 }), (size, overlap) => {
        const chunks = chunksOf({
          text: text.repeat(5),
          by: 'characters',
          size,
          overlap: Math.min(overlap, Math.floor(size / 2)),
        })
        expect(chunks.length).toBeLessThan(text.length * 5)
        for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(size)
      }),
    )
  })
})
