import { expect, test } from 'vitest'
import { hasLine, hasText, wordF1 } from '../../../bench/corpus/compare.ts'

test('finds text through emphasis, escapes and line breaks', () => {
  expect(hasText('I typed \\<script> and *got\nnothing*', 'I typed <script> and got nothing')).toBe(true)
  expect(hasText('**cherry, then _orange_**, then straw', 'cherry, then orange, then straw')).toBe(true)
  expect(hasText('I typed &lt;script&gt;', 'I typed <script>')).toBe(true)
  expect(hasText('I typed and got nothing', 'I typed <script>')).toBe(false)
})

test('finds lines whatever the bullet, the padding and the depth of indent', () => {
  const origin = 'http://127.0.0.1:80'
  expect(hasLine('* one\n    * two', '  - two', origin)).toBe(true)
  expect(hasLine('* one\n* two', '  - two', origin)).toBe(false)
  expect(hasLine('| a   | b |\n| :-- | --: |', '| a | b |', origin)).toBe(true)
  expect(hasLine('3) third', '3. third', origin)).toBe(true)
  expect(hasLine('see [x](http://127.0.0.1:80/y)', '[x]({origin}/y)', origin)).toBe(true)
  expect(hasLine('see [x](/y)', '[x]({origin}/y)', origin)).toBe(false)
})

test('scores 1 for the same words, 0 for none in common, and counts characters of languages without spaces', () => {
  expect(wordF1('one two two', 'two one, TWO')).toBe(1)
  expect(wordF1('one', 'two')).toBe(0)
  expect(wordF1('one two', 'one two three four')).toBeCloseTo(2 / 3)
  expect(wordF1('日本', '日本語')).toBeCloseTo(4 / 5)
})
