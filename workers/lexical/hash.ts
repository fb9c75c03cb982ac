/**
 * Hashes of sequences of integers, one integer at a time: begin with `emptyHash`, add each, and `mixed` the result. FNV-1a (Fowler, Noll,
 * Vo; RFC 9923) over 32-bit units, whose bits are then mixed as MurmurHash3 does at its end (Appleby), because FNV's lower bits alone are
 * poor. No secret is safe behind them.
 */
export const emptyHash = 0x811c9dc5

export function addToHash(hash: number, integer: number): number {
  return Math.imul(hash ^ integer, 0x01000193)
}

/** Every bit of the result depends on every bit of the hash, and no two hashes have the same result. Unsigned, 32 bits. */
export function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}

export function hashOf(text: string): number {
  let hash = emptyHash
  for (let at = 0; at < text.length; at += 1) hash = addToHash(hash, text.charCodeAt(at))
  return mixed(hash)
}
