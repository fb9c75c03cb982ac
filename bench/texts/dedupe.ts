import { createRuntime, dedupe, lexical } from '../../src/index.ts'
import { wordsOf } from '../../workers/lexical/words.ts'
import { loadCorpus } from '../corpus/corpus.ts'
import { createRandom, type Random, seedOf } from '../corpus/random.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'

/**
 * Whether `dedupe` finds the edited copies of pages among pages, and nothing else; and what it costs. Beside each page stand copies of it
 * in which a share of the words was left out, doubled or exchanged, and, as what is alike in vocabulary and is no copy, its two halves.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  await using weft = await createRuntime()
  const items = collection()
  const rows: Record<string, string | number>[] = []
  const ways = [
    ...[2, 3, 5].flatMap((shingle) => [0.5, 0.6, 0.7, 0.8].map((threshold) => ({ shingle, threshold }))),
    ...[0.85, 0.9, 0.95].map((threshold) => ({ by: lexical, threshold })),
  ]
  for (const way of ways) {
    const { duplicates } = await weft.call(dedupe({ ...way, text: ({ text }: Item) => text }), items)
    const right = duplicates.filter(
      ({ index, of }) => items[index]!.copyOf !== undefined && items[index]!.page === items[of]!.page,
    )
    const recall = (edits: number): number => {
      const copies = items.filter((item) => item.copyOf === edits)
      return round(right.filter(({ index }) => items[index]!.copyOf === edits).length / copies.length, 3)
    }
    rows.push({
      way: 'by' in way ? 'by lexical' : `minhash, runs of ${way.shingle}`,
      threshold: way.threshold,
      ...Object.fromEntries(edits.map((share) => [`${share * 100} % edited`, recall(share)])),
      precision: round(right.length / Math.max(1, duplicates.length), 3),
    })
  }
  const usual = rows.find((row) => row.way === 'minhash, runs of 2' && row.threshold === 0.7)!
  const scale = await cost(smoke ? 2_000 : 100_000)
  return {
    name: 'dedupe',
    about: `${items.length} texts: share of the edited copies that is found, by how much of them was edited; then ${scale.items} short texts`,
    rows: [
      ...rows,
      {
        way: `minhash, ${scale.items} texts of 60 words`,
        threshold: `${scale.microseconds} µs a text`,
        precision: `${scale.bytes} B a text`,
      },
    ],
    claims: [
      { what: 'copies found with 5 % of the words edited', measured: Number(usual['5 % edited']), atLeast: 0.99 },
      { what: 'share of what is left out that is a copy', measured: Number(usual.precision), atLeast: 0.99 },
      { what: 'bytes that the process grew by for a short text', measured: scale.bytes, atMost: 2_000 },
    ],
  }
}

const edits = [0.01, 0.02, 0.05, 0.1, 0.2] as const

interface Item {
  readonly page: number
  readonly text: string
  /** The share of its words that was edited; undefined: it is no copy. */
  readonly copyOf?: number
}

/** The pages first: what is kept of those that are alike is the first. */
function collection(): Item[] {
  const pages = loadCorpus()
  const originals: Item[] = pages.map(({ truth }, page) => ({ page, text: truth.text }))
  const others = pages.flatMap(({ name, truth }, page): Item[] => {
    const random = createRandom(seedOf(name))
    const half = Math.floor(truth.text.length / 2)
    const halves = [truth.text.slice(0, half), truth.text.slice(half)].map((text) => ({ page, text }))
    return [...halves, ...edits.map((copyOf) => ({ page, copyOf, text: edited(truth.text, copyOf, random) }))]
  })
  return [...originals, ...others]
}

function edited(text: string, share: number, random: Random): string {
  const words = [...segmenter.segment(text)]
  const exchanged = words.filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment)
  const edit = (segment: string): string => {
    const kind = random()
    if (kind < 1 / 3) return ''
    return kind < 2 / 3 ? `${segment} ${segment}` : exchanged[Math.floor(random() * exchanged.length)]!
  }
  return words.map(({ segment, isWordLike }) => (isWordLike && random() < share ? edit(segment) : segment)).join('')
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/** Time and memory of many short texts of which one in ten is a copy of another. */
async function cost(count: number): Promise<{ items: number; microseconds: number; bytes: number }> {
  const vocabulary = [...new Set(loadCorpus().flatMap(({ truth }) => wordsOf(truth.text)))]
  const random = createRandom(7)
  const texts: string[] = []
  while (texts.length < count) {
    const isCopy = texts.length > 0 && random() < 0.1
    const words = Array.from({ length: 60 }, () => vocabulary[Math.floor(random() * vocabulary.length)]!)
    texts.push(isCopy ? texts[Math.floor(random() * texts.length)]! : words.join(' '))
  }
  await using weft = await createRuntime()
  await weft.call(dedupe(), texts.slice(0, 1_000))
  let most = 0
  const before = process.memoryUsage().rss
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 20)
  const start = performance.now()
  await weft.call(dedupe(), texts, { timeoutMs: 600_000 })
  const ms = performance.now() - start
  clearInterval(watch)
  return { items: count, microseconds: round((ms * 1_000) / count, 1), bytes: Math.round(most / count) }
}
