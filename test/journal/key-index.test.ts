import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyIndex } from '../../src/journal/key-index.ts'

describe('KeyIndex', () => {
  it('is a map, whatever the keys', () => {
    const key = fc.oneof(fc.string({ maxLength: 4 }), fc.base64String({ minLength: 20, maxLength: 20 }))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.oneof(fc.maxSafeInteger(), fc.integer()))),
        fc.array(key),
        (entries, others) => {
          const index = new KeyIndex()
          const map = new Map<string, number>()
          for (const [key, item] of entries) {
            index.set(key, item)
            map.set(first53(key), item)
          }
          expect(index.size).toBe(map.size)
          for (const key of [...entries.map(([key]) => key), ...others]) {
            expect(index.get(key)).toBe(map.get(first53(key)))
            expect(index.has(key)).toBe(map.has(first53(key)))
          }
        },
      ),
    )
  })

  it('finds each of 200,000 keys and none of as many others', () => {
    const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)
    const index = new KeyIndex()
    for (let item = 0; item < 200_000; item++) index.set(keyOf(`a${item}`), item)
    let [found, inVain] = [0, 0]
    for (let item = 0; item < 200_000; item++) {
      if (index.get(keyOf(`a${item}`)) === item) found++
      if (index.has(keyOf(`b${item}`))) inVain++
    }
    expect([found, inVain]).toEqual([200_000, 0])
  })
})

/** What keys must have in common to be the same to it, said anew: letters of base64url are 6 bits, others the lower 6 of their code. */
function first53(key: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const bits = Array.from({ length: 9 }, (_, at) => {
    const code = (key.charCodeAt(at) || 0) & 127
    const value = letters.indexOf(String.fromCharCode(code))
    return (value < 0 ? code & 63 : value).toString(2).padStart(6, '0')
  })
  return bits.join('').slice(0, 53)
}
