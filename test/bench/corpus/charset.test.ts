import { expect, test } from 'vitest'
import { encode } from '../../../bench/corpus/charset.ts'

test.each([
  ['windows-1252', 'Café – “naïve” €'],
  ['iso-8859-2', 'Zażółć gęślą jaźń'],
  ['windows-1251', 'Съешь ещё этих мягких французских булок'],
  ['shift_jis', '日本語、かな、カナ ABC'],
  ['gb18030', '天地玄黄，宇宙洪荒 ABC'],
  ['utf-16le', 'Grüße 𝄞'],
  ['utf-8', 'Grüße 𝄞'],
])('%s reads back as it was', (charset, text) => {
  expect(new TextDecoder(charset, { fatal: true }).decode(encode(text, charset))).toBe(text)
})

test('writes what a charset lacks as a numeric reference', () => {
  expect(Buffer.from(encode('a → b', 'windows-1252')).toString('latin1')).toBe('a &#8594; b')
})

test('writes the bytes that the standard names', () => {
  expect([...encode('日', 'shift_jis')]).toEqual([0x93, 0xfa])
  expect([...encode('日', 'gb18030')]).toEqual([0xc8, 0xd5])
  expect([...encode('€', 'windows-1252')]).toEqual([0x80])
})
