import { transfer } from '../../src/core/transfer.ts'
import { addToHash, emptyHash, hashOf, mixed } from './hash.ts'
import { wordsOf } from './words.ts'

/** Values in a signature. The similarity that two of them show is off by 0.035 at most two times in three, where it is 0.8. */
export const signatureLength = 128

/**
 * Sketches of texts from which it can be told how alike they are: MinHash (Broder, "On the Resemblance and Containment of Documents",
 * 1997). A text is the set of its runs of `shingle` words; for each of 128 hash functions the smallest hash of the set is kept, its
 * lowest 16 bits of it (Li and König, "b-Bit Minwise Hashing", WWW 2010). The share of equal values estimates the Jaccard similarity of
 * the two sets.
 *
 * @returns 128 values for each text, one text after another
 */
export function signaturesOf({
  texts,
  shingle,
}: {
  readonly texts: readonly string[]
  readonly shingle: number
}): Uint16Array<ArrayBuffer> {
  const signatures = new Uint16Array(texts.length * signatureLength)
  const smallest = new Uint32Array(signatureLength)
  for (const [index, text] of texts.entries()) {
    smallest.fill(0xffff_ffff)
    for (const hash of shinglesOf(text, shingle)) lower(smallest, hash)
    signatures.set(smallest, index * signatureLength)
  }
  return transfer(signatures, [signatures.buffer])
}

/** A text of fewer words than a shingle has is one shingle; one without words has none. */
function shinglesOf(text: string, size: number): Set<number> {
  const words = wordsOf(text).map(hashOf)
  const shingles = new Set<number>()
  for (let from = 0; from === 0 ? words.length > 0 : from + size <= words.length; from += 1) {
    let hash = emptyHash
    for (let at = from; at < from + size && at < words.length; at += 1) hash = addToHash(hash, words[at]!)
    shingles.add(mixed(hash))
  }
  return shingles
}

function lower(smallest: Uint32Array, shingle: number): void {
  for (let at = 0; at < signatureLength; at += 1) {
    const hash = mixed(shingle ^ seeds[at]!)
    if (hash < smallest[at]!) smallest[at] = hash
  }
}

/** What tells the hash functions apart. */
const seeds = Uint32Array.from({ length: signatureLength }, (_, index) => mixed(0x9e37_79b9 * (index + 1)))
