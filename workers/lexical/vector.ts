import { transfer } from '../../src/core/transfer.ts'
import { addToHash, emptyHash, mixed } from './hash.ts'
import { countWords } from './words.ts'

/** How a text becomes a vector. */
export interface VectorShape {
  readonly dimensions: number
  /** Shortest and longest run of characters that counts, with the word's two ends as characters. */
  readonly grams: readonly [shortest: number, longest: number]
}

/** Chosen by measurement: `npm run bench -- retrieval`. */
export const usualShape: VectorShape = { dimensions: 2_048, grams: [3, 4] }

/** Vectors of texts, on a worker thread: they are moved to the caller, not copied. */
export function embedTexts({
  texts,
  dimensions,
}: {
  readonly texts: readonly string[]
  readonly dimensions: number
}): Float32Array<ArrayBuffer>[] {
  const vectors = texts.map((text) => lexicalVector(text, { ...usualShape, dimensions }))
  return transfer(
    vectors,
    vectors.map(({ buffer }) => buffer),
  )
}

/**
 * What a text is made of, as a vector of length 1: the same for the same text, whatever stands beside it and on whatever machine. Texts
 * that share words, or parts of words (`baker`, `bakery`, `bkaery`), have a cosine above 0. It knows no meaning: `car` and `automobile`
 * are strangers.
 *
 * - Features are runs of characters of each word, its ends marked (Bojanowski et al., "Enriching Word Vectors with Subword Information",
 *   TACL 2017), here of 3 and 4; of words in Han, Kana and Hangul, whose characters say more each, of 1 to 3.
 * - Each is hashed to one dimension and one sign (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009), so
 *   that there is no vocabulary to keep, and what collides cancels out on average.
 * - A word that is there n times weighs 1 + ln n (sublinear tf; Manning, Raghavan, Schütze, "Introduction to Information Retrieval",
 *   6.4.1). There is no idf: it needs a collection, and a vector must not depend on its neighbours. (`rank` has it from its items, by
 *   BM25.)
 * - The signed square root of every dimension keeps frequent features from drowning the others (power normalisation; Perronnin, Sánchez,
 *   Mensink, "Improving the Fisher Kernel for Large-Scale Image Classification", ECCV 2010).
 *
 * A text without a visible character gives zeros.
 */
export function lexicalVector(text: string, shape: VectorShape = usualShape): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(shape.dimensions)
  for (const [word, count] of countWords(text)) addGrams(sums, word, 1 + Math.log(count), shape)
  let squares = 0
  for (let at = 0; at < sums.length; at += 1) {
    squares += Math.abs(sums[at]!)
    sums[at] = Math.sign(sums[at]!) * Math.sqrt(Math.abs(sums[at]!))
  }
  const vector = new Float32Array(shape.dimensions)
  if (squares === 0) return vector
  const length = Math.sqrt(squares)
  for (let at = 0; at < sums.length; at += 1) vector[at] = sums[at]! / length
  return vector
}

function addGrams(sums: Float64Array, word: string, weight: number, shape: VectorShape): void {
  const characters = charactersOf(word)
  const [shortest, longest] = dense.test(word) ? denseGrams : shape.grams
  const last = characters.length - 1
  for (let from = 0; from <= last; from += 1) {
    let hash = emptyHash
    for (let to = from; to <= last && to < from + longest; to += 1) {
      hash = addToHash(hash, characters[to]!)
      // The mark of an end is no feature by itself.
      const isMark = to === from && (from === 0 || from === last)
      if (to - from + 1 < shortest || isMark) continue
      const feature = mixed(hash)
      const dimension = feature % sums.length
      sums[dimension] = sums[dimension]! + (feature >>> 31 === 0 ? weight : -weight)
    }
  }
}

const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
const denseGrams = [1, 3] as const

/** Code points between two that no text has. */
function charactersOf(word: string): number[] {
  const characters = [startMark]
  for (const character of word.slice(0, maxWord)) characters.push(character.codePointAt(0)!)
  characters.push(endMark)
  return characters
}

const startMark = 0x11_0001
const endMark = 0x11_0002

/** In UTF-16 units; what is longer is no word, but data. */
const maxWord = 64
