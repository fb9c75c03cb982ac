import { usualShape, type VectorShape } from '../../workers/lexical/vector.ts'
import { loadCorpus } from '../corpus/corpus.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import { type QueryKind, type QuerySet, querySets } from './queries.ts'
import { bagOfWords, bm25, convex, lexical, reciprocalRanks, type Scorer } from './scorers.ts'

/**
 * How often the right page comes first: mean reciprocal rank and share at the first place. The shape of vectors and the weight were chosen on
 * this same corpus, so expect somewhat less elsewhere; the means on its even and on its odd pages (in the order of their names) show how much
 * such figures depend on the pages.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const pages = loadCorpus()
  const languages = new Set(pages.map(({ truth }) => truth.language.split('-')[0])).size
  const sets = querySets(pages)
  const [even, odd] = [0, 1].map((half) => querySets(pages.filter((_, index) => index % 2 === half)))
  const rows = Object.entries(smoke ? { bm25, 'rank, weight 0.5': ways['rank, weight 0.5']! } : ways).map(
    ([way, scorer]) => {
      const found = kinds.map((kind) => [kind, measure(scorer, sets[kind])] as const)
      return {
        way,
        ...Object.fromEntries(found.map(([kind, { mrr, first }]) => [kind, `${mrr.toFixed(3)} / ${first.toFixed(3)}`])),
        'even pages': round(meanMrr(scorer, even!), 3),
        'odd pages': round(meanMrr(scorer, odd!), 3),
        mrr: Object.fromEntries(found.map(([kind, { mrr }]) => [kind, mrr])),
      }
    },
  )
  const mrr = (way: string, kind: QueryKind): number => rows.find((row) => row.way === way)?.mrr[kind] ?? Number.NaN
  const mean = (way: string): number => kinds.reduce((sum, kind) => sum + mrr(way, kind) / kinds.length, 0)
  const chosen = 'rank, weight 0.5'
  const claims = [
    {
      what: `MRR of rank by that of BM25, sentences`,
      measured: mrr(chosen, 'sentence') / mrr('bm25', 'sentence'),
      atLeast: 1,
    },
    {
      what: 'the same, all words misspelt',
      measured: mrr(chosen, 'all misspelt') / mrr('bm25', 'all misspelt'),
      atLeast: 1.5,
    },
  ]
  const ofVectors = [
    {
      what: 'mean MRR of lexical by that of a bag of words',
      measured: mean(nameOf(usualShape)) / mean('bag of words'),
      atLeast: 1,
    },
    {
      what: 'mean MRR of rank by that of reciprocal ranks',
      measured: mean(chosen) / mean('reciprocal ranks'),
      atLeast: 1,
    },
  ]
  return {
    name: 'retrieval',
    about: `${pages.length} pages in ${languages} languages, found by ${sets.sentence.queries.length} sentences taken out of them: MRR / share at the first place`,
    rows: rows.map(({ mrr, ...row }) => row),
    claims: smoke ? claims : [...claims, ...ofVectors],
  }
}

const kinds: readonly QueryKind[] = ['title', 'sentence', 'some misspelt', 'all misspelt']

const usual = lexical(usualShape)

const ways: Readonly<Record<string, Scorer>> = {
  bm25,
  'bag of words': bagOfWords,
  ...Object.fromEntries([256, 512, 1024, 2048, 4096, 8192].map((dimensions) => named({ ...usualShape, dimensions }))),
  ...Object.fromEntries(
    (
      [
        [2, 3],
        [2, 4],
        [3, 3],
        [3, 5],
        [3, 6],
        [4, 5],
      ] as const
    ).map((grams) => named({ ...usualShape, grams })),
  ),
  'reciprocal ranks': reciprocalRanks(bm25, usual),
  ...Object.fromEntries([0.3, 0.5, 0.7].map((weight) => [`rank, weight ${weight}`, convex(weight, bm25, usual)])),
}

function named(shape: VectorShape): [string, Scorer] {
  return [nameOf(shape), lexical(shape)]
}

function nameOf({ dimensions, grams }: VectorShape): string {
  return `lexical ${dimensions}, ${grams.join('-')}`
}

function meanMrr(scorer: Scorer, sets: Readonly<Record<QueryKind, QuerySet>>): number {
  return kinds.reduce((sum, kind) => sum + measure(scorer, sets[kind]).mrr / kinds.length, 0)
}

function measure(scorer: Scorer, { texts, queries }: QuerySet): { readonly mrr: number; readonly first: number } {
  const scoresOf = scorer(texts)
  const ranks = queries.map(({ query, answer }) => rankOf(scoresOf(query), answer))
  return {
    mrr: ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length,
    first: ranks.filter((rank) => rank === 1).length / ranks.length,
  }
}

/** Of equal ones the last: what scores nothing at all is found by nobody. */
function rankOf(scores: ArrayLike<number>, answer: number): number {
  return Array.from(scores).filter((score) => score >= scores[answer]!).length
}
