/** Gives whole numbers in [0, 2^32), the same ones for the same seed. */
export type Random = () => number

/** mulberry32, by Tommy Ettinger: small, fast, even enough for weights. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}
