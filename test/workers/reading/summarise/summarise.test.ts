import { describe, expect, test } from 'vitest'
import { lexRank, similarities } from '../../../../workers/reading/summarise/lexrank.ts'
import { sentencesOf } from '../../../../workers/reading/summarise/sentences.ts'
import { summarise } from '../../../../workers/reading/summarise/summarise.ts'

const paragraphs = [
  'The tide mill grinds grain with the power of the sea. The pond behind the dam fills when the tide comes in.',
  'When the tide goes out, the water of the pond turns the wheel of the mill. A cat sleeps on the stairs all day.',
  'The miller opens the gate of the pond twice a day, when the tide is low. Visitors may buy postcards of the harbour.',
]

describe('a summary', () => {
  test('takes whole sentences, in the order of the page', () => {
    const summary = summarise(paragraphs, 3, 'en') ?? ''
    const all = sentencesOf(paragraphs, 'en', 100).map(({ text }) => text)
    const chosen = sentencesOf([summary], 'en', 100).map(({ text }) => text)
    expect(chosen).toHaveLength(3)
    expect(chosen).toEqual(all.filter((text) => chosen.includes(text)))
  })

  test('prefers what the page is about to what is said in passing', () => {
    const summary = summarise(paragraphs, 3, 'en')
    expect(summary).not.toContain('cat')
    expect(summary).not.toContain('postcards')
  })

  test('does not say the same thing twice', () => {
    const twice = [
      'The mill grinds grain with the tide every day.',
      ...paragraphs,
      'The mill grinds grain with the tide each day.',
    ]
    const chosen = summarise(twice, 3, 'en') ?? ''
    expect(chosen.match(/grinds grain with the tide/g)?.length ?? 0).toBeLessThan(2)
  })

  test('is the same every time', () => {
    expect(summarise(paragraphs, 2, 'en')).toBe(summarise(paragraphs, 2, 'en'))
  })

  test('of fewer sentences is all of them', () => {
    expect(summarise(['One sentence. Another one.'], 3, 'en')).toBe('One sentence. Another one.')
  })

  test('of nothing is null', () => {
    expect(summarise([], 3, 'en')).toBeNull()
    expect(summarise(['  '], 3, null)).toBeNull()
  })

  test('of a long text looks at its beginning only', () => {
    const long = Array.from({ length: 2000 }, (_, i) => `Sentence number ${i} speaks of mills and tides again.`)
    const numbers = (summarise(long, 5, 'en') ?? '').match(/\d+/g)?.map(Number) ?? []
    expect(numbers).toHaveLength(5)
    expect(Math.max(...numbers)).toBeLessThan(300)
  })

  test('works without spaces between words', () => {
    const japanese = [
      '潮の力で粉をひく水車がある。池は満ち潮で水がたまる。',
      '引き潮になると池の水が水車を回す。猫は一日中階段で寝ている。',
    ]
    const summary = summarise(japanese, 2, 'ja') ?? ''
    expect(summary).not.toContain('猫')
    expect(summary).not.toContain(' ')
    expect(summary.match(/。/g)).toHaveLength(2)
  })
})

describe('sentences', () => {
  test('do not end at abbreviations', () => {
    const texts = sentencesOf(
      ['Dr. Ida Brandt lives in St. Ives. She writes, e.g. Letters. J. Okafor agrees.'],
      'en',
      9,
    )
    expect(texts.map(({ text }) => text)).toEqual([
      'Dr. Ida Brandt lives in St. Ives.',
      'She writes, e.g. Letters.',
      'J. Okafor agrees.',
    ])
  })

  test('of an unknown language are found all the same', () => {
    expect(sentencesOf(['One. Two.'], 'xx-unknown', 9)).toHaveLength(2)
    const german = 'Der Müller heißt Straßburger, z. B. am 3. Mai kam er aus Bad Säckingen. Er blieb.'
    expect(sentencesOf([german], 'de', 9).map(({ text }) => text)).toEqual([german.slice(0, -10), 'Er blieb.'])
  })
})

test('rank is a distribution, highest for what resembles most', () => {
  const similar = similarities([['mill', 'tide'], ['mill', 'tide', 'pond'], ['pond', 'mill'], ['cat']])
  const ranks = lexRank(similar)
  expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(1, 6)
  expect(ranks.indexOf(Math.max(...ranks))).toBe(1)
  expect(ranks.indexOf(Math.min(...ranks))).toBe(3)
})
