/** Values of the 64 characters of base64url, by character code. Others count as one of them: their keys are only told apart less well. */
const sextets = new Uint8Array(128).map((_, code) => code & 63)
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries()) {
  sextets[letter.charCodeAt(0)] = value
}

/**
 * The first 53 bits of a content key in base64url, as a number that a double holds exactly. Of a million keys, two have the same one in about
 * one case of 18,000: whoever finds something by it looks at the whole key, too.
 */
export function keyNumber(key: string): number {
  const high = (at(key, 0) << 18) | (at(key, 1) << 12) | (at(key, 2) << 6) | at(key, 3)
  const low = (at(key, 4) << 18) | (at(key, 5) << 12) | (at(key, 6) << 6) | at(key, 7)
  return high * 2 ** 29 + low * 32 + (at(key, 8) >> 1)
}

/** Behind the end of a short key the code is NaN, which counts as 0. */
function at(key: string, index: number): number {
  return sextets[key.charCodeAt(index) & 127]!
}
