import { countWords, wordsOf } from '../../workers/lexical/words.ts'
import type { CorpusPage } from '../corpus/corpus.ts'
import { createRandom, type Random, seedOf } from '../corpus/random.ts'

/** Queries, each with the one text that it must find among all. */
export interface QuerySet {
  readonly texts: readonly string[]
  readonly queries: readonly { readonly query: string; readonly answer: number }[]
}

export type QueryKind = 'title' | 'sentence' | 'some misspelt' | 'all misspelt'

/**
 * Pages to be found by their own title; by up to 8 of their sentences, which are taken out of the page (as in the inverse cloze task:
 * Lee, Chang, Toutanova, "Latent Retrieval for Weakly Supervised Open Domain Question Answering", ACL 2019); by those sentences with two
 * letters swapped in two of five words of four letters and more; and by nothing but such words, each with two letters swapped.
 */
export function querySets(pages: readonly CorpusPage[]): Readonly<Record<QueryKind, QuerySet>> {
  const texts: string[] = []
  const sentences: { query: string; answer: number }[] = []
  for (const [answer, { name, truth }] of pages.entries()) {
    const taken = takeSentences(truth.text, createRandom(seedOf(name)))
    texts.push(taken.rest)
    for (const query of taken.sentences) sentences.push({ query, answer })
  }
  const changed = (change: (query: string, random: Random) => string): QuerySet => {
    const queries = sentences.map(({ query, answer }) => ({
      query: change(query, createRandom(seedOf(query))),
      answer,
    }))
    return { texts, queries: queries.filter(({ query }) => query !== '') }
  }
  return {
    title: {
      texts: pages.map(({ truth }) => truth.text),
      queries: pages.map(({ truth }, answer) => ({ query: truth.title, answer })),
    },
    sentence: { texts, queries: sentences },
    'some misspelt': changed((query, random) =>
      wordsOf(query)
        .map((word) => (random() < 0.4 ? misspelt(word, random) : word))
        .join(' '),
    ),
    'all misspelt': changed((query, random) =>
      [...countWords(query).keys()]
        .filter((word) => [...word].length >= minLetters)
        .map((word) => misspelt(word, random))
        .join(' '),
    ),
  }
}

function takeSentences(text: string, random: Random): { readonly sentences: string[]; readonly rest: string } {
  const all = text.split('\n').flatMap((block) => [...segmenter.segment(block)].map(({ segment }) => segment.trim()))
  const candidates = all
    .keys()
    .toArray()
    .filter((index) => wordsOf(all[index]!).length >= 5)
  const wanted = Math.min(8, Math.floor(candidates.length / 3))
  const taken = new Set<number>()
  while (taken.size < wanted) taken.add(candidates[Math.floor(random() * candidates.length)]!)
  return {
    sentences: [...taken].map((index) => all[index]!),
    rest: all.filter((_, index) => !taken.has(index)).join(' '),
  }
}

const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

/** Two neighbours within the word change places. */
function misspelt(word: string, random: Random): string {
  const letters = [...word]
  if (letters.length < minLetters) return word
  const at = 1 + Math.floor(random() * (letters.length - 2))
  return [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)].join('')
}

const minLetters = 4
