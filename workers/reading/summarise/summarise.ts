import { lexRank, type Similarities, similarities } from './lexrank.ts'
import { type Sentence, sentencesOf } from './sentences.ts'

/**
 * An extractive summary: the most central sentences of the prose (LexRank) that say different things (maximal marginal
 * relevance: Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing
 * Summaries", SIGIR 1998), in the order of the page. The same text always gives the same summary.
 *
 * Only the first 300 sentences are considered, which bounds the time. Prose of fewer sentences than asked for is its own
 * summary; null when there is none.
 *
 * @param language BCP 47; decides where sentences and words end
 */
export function summarise(
  paragraphs: readonly string[],
  sentenceCount: number,
  language: string | null,
): string | null {
  const sentences = sentencesOf(paragraphs, language, maxSentences)
  if (sentences.length === 0 || sentenceCount < 1) return null
  const chosen = sentences.length <= sentenceCount ? sentences : choose(sentences, sentenceCount)
  return chosen.map(({ text }) => text).reduce((summary, text) => summary + gapAfter(summary) + text)
}

const maxSentences = 300

function choose(sentences: readonly Sentence[], count: number): Sentence[] {
  const usual = sentences.filter(({ words }) => words.length >= minWords && words.length <= maxWords)
  const candidates = usual.length >= count ? usual : sentences
  const similar = similarities(candidates.map(({ words }) => words))
  return diverse(lexRank(similar), similar, count)
    .toSorted((a, b) => a - b)
    .map((index) => candidates[index] as Sentence)
}

/** Shorter is a fragment, longer is a list that lacks its punctuation. */
const minWords = 5
const maxWords = 70

/** Picks one by one what is central and unlike what was picked before. The earlier sentence wins a tie. */
function diverse(ranks: Float64Array, similar: Similarities, count: number): number[] {
  const highest = Math.max(...ranks)
  const closest = new Float64Array(ranks.length)
  const picked: number[] = []
  while (picked.length < count) {
    const scores = ranks.map((rank, i) =>
      picked.includes(i) ? -Infinity : relevance * (rank / highest) - (1 - relevance) * (closest[i] as number),
    )
    const best = scores.indexOf(Math.max(...scores))
    picked.push(best)
    closest.forEach((value, i) => {
      closest[i] = Math.max(value, similar[best]?.[i] ?? 0)
    })
  }
  return picked
}

/** Weight of relevance against novelty: the lambda of MMR. */
const relevance = 0.5

/** Chinese and Japanese put no space between sentences. */
function gapAfter(text: string): string {
  return /[\u3002\uff01\uff1f\uff0e][\u201d\u2019\u300d\u300f\uff09]?$/.test(text) ? '' : ' '
}
