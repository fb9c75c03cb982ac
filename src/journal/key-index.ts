import { keyNumber } from '../core/key-number.ts'

/**
 * Where each content key was last seen done: from the first 53 bits of the key to an item. 13 to 19 bytes a key: 30 MB for 2,000,000 of them;
 * where item numbers need more than 32 bits, 18 to 26.
 *
 * It is made of tables that grow each by itself: one large one would take twice its room and hold everything up while it is copied. Two keys
 * may have the same 53 bits: whoever finds an item looks at the whole key there.
 */
export class KeyIndex {
  readonly #tables: (Table | undefined)[] = Array.from({ length: tables }, () => undefined)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** What was last put there; undefined: nothing. */
  get(key: string): number | undefined {
    const number = keyNumber(key)
    return this.#tables[tableOf(number)]?.get(number >>> 0, middleOf(number))
  }

  set(key: string, item: number): void {
    this.setNumber(keyNumber(key), item)
  }

  setNumber(number: number, item: number): void {
    const at = tableOf(number)
    this.#tables[at] ??= new Table()
    if (this.#tables[at].set(number >>> 0, middleOf(number), item)) this.#size += 1
  }
}

/** A power of two: the first 6 bits of a key say in which table it is. */
const tables = 64

function tableOf(number: number): number {
  return (number / 2 ** 32) >>> 15
}

/** The 15 bits between those and the last 32. */
function middleOf(number: number): number {
  return (number / 2 ** 32) & 0x7fff
}

/** Share of the slots in use from which on a table grows, and how long it is then. */
const fullest = 0.8
const growth = 1.5

/**
 * The other 47 bits of a key and its item, in flat arrays: open addressing with linear probing (Knuth, The Art of Computer Programming 3, 6.4,
 * algorithm L).
 */
class Table {
  #size = 0
  #lows = new Uint32Array(32)
  /** One more than the bits in the middle. 0: a free slot. */
  #middles = new Uint16Array(32)
  /** Numbers of 32 bits as long as that is enough. */
  #items: Int32Array | Float64Array = new Int32Array(32)

  get(low: number, middle: number): number | undefined {
    const slot = this.#slotOf(low, middle)
    return this.#middles[slot] === 0 ? undefined : this.#items[slot]
  }

  /** Whether it is new. */
  set(low: number, middle: number, item: number): boolean {
    if (item !== (item | 0) && this.#items instanceof Int32Array) this.#items = Float64Array.from(this.#items)
    const slot = this.#slotOf(low, middle)
    this.#items[slot] = item
    if (this.#middles[slot] !== 0) return false
    this.#lows[slot] = low
    this.#middles[slot] = middle + 1
    this.#size += 1
    if (this.#size > fullest * this.#lows.length) this.#grow()
    return true
  }

  /** Where the key is, or where it belongs. There always is a free slot. */
  #slotOf(low: number, middle: number): number {
    const [lows, middles] = [this.#lows, this.#middles]
    // The upper part of a product of 32 random bits and the length (D. Lemire, "Fast random integer generation in an interval", 2019).
    let slot = Math.floor((mixed(low, middle) * lows.length) / 2 ** 32)
    while (middles[slot] !== 0 && (lows[slot] !== low || middles[slot] !== middle + 1)) {
      slot += 1
      if (slot === lows.length) slot = 0
    }
    return slot
  }

  #grow(): void {
    const [lows, middles, items] = [this.#lows, this.#middles, this.#items]
    const length = Math.ceil(growth * lows.length)
    this.#lows = new Uint32Array(length)
    this.#middles = new Uint16Array(length)
    this.#items = items instanceof Int32Array ? new Int32Array(length) : new Float64Array(length)
    for (let from = 0; from < lows.length; from++) {
      const [low, middle] = [lows[from]!, middles[from]! - 1]
      if (middle < 0) continue
      const slot = this.#slotOf(low, middle)
      this.#lows[slot] = low
      this.#middles[slot] = middle + 1
      this.#items[slot] = items[from]!
    }
  }
}

/** 32 bits that depend on all (the finaliser of MurmurHash3): keys that are hashes need it not, and others find no slow table. */
function mixed(low: number, middle: number): number {
  let bits = low ^ (middle << 7)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
