import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signatureLength, signaturesOf } from '../../../workers/lexical/minhash.ts'
import { bandRows, type Duplicate, nearDuplicates } from '../../../workers/lexical/near-duplicates.ts'

const find = (texts: readonly string[], threshold = 0.7, shingle = 2): Duplicate[] =>
  nearDuplicates({ signatures: signaturesOf({ texts, shingle }), threshold })

/** Words that no two texts share. */
const textOf = (name: number, length = 40): string => Array.from({ length }, (_, at) => `w${name}x${at}`).join(' ')

describe('MinHash', () => {
  test('estimates the Jaccard similarity of the sets of word runs', () => {
    for (const shared of [0, 30, 60, 90, 100]) {
      const one = Array.from({ length: 200 }, (_, at) => `a${at}`)
      const other = one.map((word, at) => (at < shared * 2 ? word : `b${at}`))
      const signatures = signaturesOf({ texts: [one.join(' '), other.join(' ')], shingle: 1 })
      const [first, second] = [signatures.subarray(0, signatureLength), signatures.subarray(signatureLength)]
      const estimate = first.filter((value, at) => value === second[at]).length / signatureLength
      const jaccard = shared / (200 - shared)
      // Four standard deviations.
      expect(Math.abs(estimate - jaccard)).toBeLessThanOrEqual(
        4 * Math.sqrt((jaccard * (1 - jaccard)) / signatureLength),
      )
    }
  })

  test('takes a text that is shorter than a run as one run', () => {
    expect(find(['mill', 'Mill', 'tide'])).toEqual([{ index: 1, of: 0, similarity: 1 }])
  })
})

describe('near duplicates', () => {
  test('are found by whatever bands the threshold asks for', () => {
    for (let threshold = 0.05; threshold <= 1; threshold += 0.05) {
      const rows = bandRows(threshold)
      const missed = (1 - threshold ** rows) ** Math.floor(signatureLength / rows)
      if (rows > 1) expect(missed).toBeLessThanOrEqual(0.01)
      expect(find([textOf(1), textOf(2), textOf(1)], threshold)).toEqual([{ index: 2, of: 0, similarity: 1 }])
    }
  })

  test('are those that repeat an earlier one, in whatever order all of them come', () => {
    const names = fc.array(fc.nat({ max: 12 }), { maxLength: 40 })
    fc.assert(
      fc.property(names, (names) => {
        const duplicates = find(names.map((name) => textOf(name)))
        expect(duplicates).toEqual(
          names.flatMap((name, index) => {
            const of = names.indexOf(name)
            return of < index ? [{ index, of, similarity: 1 }] : []
          }),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('are like one before them that is kept', () => {
    const words = fc.array(fc.constantFrom(...'abcdefghij'), { minLength: 8, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (texts) => {
        const signatures = signaturesOf({ texts: texts.map((words) => words.join(' ')), shingle: 2 })
        const duplicates = nearDuplicates({ signatures, threshold: 0.5 })
        const out = new Set(duplicates.map(({ index }) => index))
        for (const { index, of, similarity } of duplicates) {
          expect(of).toBeLessThan(index)
          expect(out.has(of)).toBe(false)
          expect(similarity).toBeGreaterThanOrEqual(0.5)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('of several that are kept name the most similar', () => {
    const base = textOf(1).split(' ')
    const half = [...base.slice(0, 28), ...textOf(2, 12).split(' ')].join(' ')
    const most = [...base.slice(0, 38), 'other', 'words'].join(' ')
    const [duplicate] = find([half, base.join(' '), most], 0.7)
    expect(duplicate).toMatchObject({ index: 2, of: 1 })
  })

  test('of nothing are none', () => {
    expect(find([])).toEqual([])
    expect(find(['', ' ', 'mill'])).toEqual([{ index: 1, of: 0, similarity: 1 }])
  })
})
