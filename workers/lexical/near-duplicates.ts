import { addToHash, emptyHash, mixed } from './hash.ts'
import { signatureLength } from './minhash.ts'

/** An item that is left out, because one that is kept is like it. */
export interface Duplicate {
  readonly index: number
  /** Index of the most similar one that is kept; it stands before this one. */
  readonly of: number
  readonly similarity: number
}

/**
 * Which texts are nearly the same as one before them: every text is compared with those kept so far that share a band of its signature,
 * and kept unless one is as similar as `threshold`. (Bands: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4.) So whatever
 * is left out is like one that is kept, and is not chained to it through others; which of several alike is kept depends on their order.
 *
 * Bands are chosen so that a pair right at the threshold meets with a probability of at least 0.99. Takes half a kilobyte for each text.
 * Where most texts share much of what they are, but not enough, the time is that of comparing them all.
 */
export function nearDuplicates({
  signatures,
  threshold,
}: {
  /** As `signaturesOf` makes them, of all texts. */
  readonly signatures: Uint16Array<ArrayBuffer>
  readonly threshold: number
}): Duplicate[] {
  const kept = new Kept(signatures, threshold)
  const duplicates: Duplicate[] = []
  for (let index = 0; index * signatureLength < signatures.length; index += 1) {
    const closest = kept.closest(index)
    if (closest !== undefined) duplicates.push({ index, ...closest })
    else kept.add(index)
  }
  return duplicates
}

/** Most rows of a band with which a pair at the threshold still shares one of the bands with a probability of 0.99. */
export function bandRows(threshold: number): number {
  for (let rows = signatureLength; rows > 1; rows -= 1) {
    const bands = Math.floor(signatureLength / rows)
    if (1 - (1 - threshold ** rows) ** bands >= 0.99) return rows
  }
  return 1
}

/**
 * The texts that are kept, found by any band of their signature. Chains in two arrays, because a million texts have some 20 million
 * bands.
 */
class Kept {
  readonly #signatures: Uint16Array
  /** Values that two must have in common to be alike. */
  readonly #leastEqual: number
  readonly #bandRows: number
  readonly #bands: number
  /** Last entry of each chain: 1 + text * bands + band, or 0 for none. */
  readonly #heads: Uint32Array
  /** The entry before each, in the same chain. */
  readonly #before: Uint32Array
  /** The text that each was last compared with. */
  readonly #comparedWith: Int32Array

  constructor(signatures: Uint16Array, threshold: number) {
    this.#signatures = signatures
    this.#leastEqual = Math.ceil(threshold * signatureLength)
    this.#bandRows = bandRows(threshold)
    this.#bands = Math.floor(signatureLength / this.#bandRows)
    const count = signatures.length / signatureLength
    const entries = count * this.#bands + 1
    this.#heads = new Uint32Array(2 ** Math.ceil(Math.log2(entries)))
    this.#before = new Uint32Array(entries)
    this.#comparedWith = new Int32Array(count).fill(-1)
  }

  /** The most similar of those that share a band and are alike, the first of several. */
  closest(index: number): Omit<Duplicate, 'index'> | undefined {
    let of = -1
    let mostEqual = this.#leastEqual
    for (let band = 0; band < this.#bands; band += 1) {
      for (let entry = this.#heads[this.#chain(index, band)]!; entry > 0; entry = this.#before[entry]!) {
        const other = Math.floor((entry - 1) / this.#bands)
        if (this.#comparedWith[other] === index) continue
        this.#comparedWith[other] = index
        const equal = this.#equalIfAtLeast(mostEqual, index, other)
        if (equal < mostEqual || (equal === mostEqual && of >= 0 && other > of)) continue
        of = other
        mostEqual = equal
      }
    }
    return of < 0 ? undefined : { of, similarity: mostEqual / signatureLength }
  }

  add(index: number): void {
    for (let band = 0; band < this.#bands; band += 1) {
      const chain = this.#chain(index, band)
      const entry = 1 + index * this.#bands + band
      this.#before[entry] = this.#heads[chain]!
      this.#heads[chain] = entry
    }
  }

  #chain(index: number, band: number): number {
    const from = index * signatureLength + band * this.#bandRows
    let hash = addToHash(emptyHash, band)
    for (let at = from; at < from + this.#bandRows; at += 1) hash = addToHash(hash, this.#signatures[at]!)
    return mixed(hash) % this.#heads.length
  }

  /** How many values both have in common, or -1 for fewer than `least`: given up as soon as that is clear, which is soon for most. */
  #equalIfAtLeast(least: number, one: number, other: number): number {
    const [from, otherFrom] = [one * signatureLength, other * signatureLength]
    let spare = signatureLength - least
    for (let at = 0; at < signatureLength; at += 1) {
      if (this.#signatures[from + at] === this.#signatures[otherFrom + at]) continue
      spare -= 1
      if (spare < 0) return -1
    }
    return least + spare
  }
}
