import { expect, test } from 'vitest'
import { loadCorpus } from '../../../bench/corpus/corpus.ts'
import { querySets } from '../../../bench/texts/queries.ts'
import { wordsOf } from '../../../workers/lexical/words.ts'

const pages = loadCorpus().slice(0, 12)

test('queries are the same every time, and none stands in the text that it must find', () => {
  const sets = querySets(pages)
  expect(querySets(pages)).toEqual(sets)
  expect(sets.title.queries).toHaveLength(12)
  expect(sets.sentence.queries.length).toBeGreaterThan(50)
  const standing = sets.sentence.queries.filter(({ query, answer }) => sets.sentence.texts[answer]!.includes(query))
  expect(standing).toEqual([])
})

test('misspelt words have the letters of the right ones', () => {
  const sets = querySets(pages)
  const letters = (text: string): string => [...wordsOf(text).join('')].sort().join('')
  for (const [index, { query }] of sets['some misspelt'].queries.entries()) {
    expect(letters(query)).toBe(letters(sets.sentence.queries[index]!.query))
  }
  const shared = sets['all misspelt'].queries.flatMap(({ query }) => wordsOf(query).filter((word) => word.length < 4))
  expect(shared).toEqual([])
})
