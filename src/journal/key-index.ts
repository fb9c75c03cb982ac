import { keyNumber } from '../core/key-number.ts'

/** Share of the slots in use from which on the table is doubled. */
const fullest = 0.75

/**
 * Where each content key was last seen done: from the first 53 bits of the key to an item, in two flat arrays (open addressing with linear
 * probing; Knuth, The Art of Computer Programming 3, 6.4, algorithm L). 16 bytes a slot: 67 MB for 2,000,000 keys.
 *
 * Two keys may have the same 53 bits: whoever finds an item looks at the whole key there.
 */
export class KeyIndex {
  /** 0: a free slot. */
  #keys = new Float64Array(1_024)
  #items = new Float64Array(1_024)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(key: string): boolean {
    return this.#keys[this.#slotOf(tagOf(keyNumber(key)))] !== 0
  }

  /** What was last put there; undefined: nothing. */
  get(key: string): number | undefined {
    const slot = this.#slotOf(tagOf(keyNumber(key)))
    return this.#keys[slot] === 0 ? undefined : this.#items[slot]
  }

  set(key: string, item: number): void {
    this.setNumber(keyNumber(key), item)
  }

  setNumber(number: number, item: number): void {
    const tag = tagOf(number)
    const slot = this.#slotOf(tag)
    this.#items[slot] = item
    if (this.#keys[slot] !== 0) return
    this.#keys[slot] = tag
    if (++this.#size > fullest * this.#keys.length) this.#double()
  }

  /** Where the key is, or where it belongs. There always is a free slot. */
  #slotOf(tag: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    let slot = mixed(tag) & mask
    while (keys[slot] !== 0 && keys[slot] !== tag) slot = (slot + 1) & mask
    return slot
  }

  #double(): void {
    const [keys, items] = [this.#keys, this.#items]
    this.#keys = new Float64Array(2 * keys.length)
    this.#items = new Float64Array(2 * keys.length)
    for (let from = 0; from < keys.length; from++) {
      const tag = keys[from]!
      if (tag === 0) continue
      const slot = this.#slotOf(tag)
      this.#keys[slot] = tag
      this.#items[slot] = items[from]!
    }
  }
}

/** 32 bits that depend on all 53 (the finaliser of MurmurHash3): keys that are hashes need it not, and others find no slow table. */
function mixed(tag: number): number {
  let bits = (tag >>> 0) ^ (tag / 2 ** 32)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/** 0 marks a free slot, so the one key in 2^53 that has it takes the number of another one. */
function tagOf(number: number): number {
  return number === 0 ? 1 : number
}
