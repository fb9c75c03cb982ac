import { describe, expect, test } from 'vitest'
import { countWords, wordsOf } from '../../../workers/lexical/words.ts'

describe('words', () => {
  test('are in lower case and in one form, whatever the text was in', () => {
    expect(wordsOf('Ｆｕｌｌ width, ﬁne — CAFÉ and Cafe\u0301')).toEqual([
      'full',
      'width',
      'fine',
      'café',
      'and',
      'café',
    ])
  })

  test('are found where no space parts them', () => {
    expect(wordsOf('好喝的龙井茶')).toEqual(['好喝', '的', '龙井', '茶'])
    expect(wordsOf('ภาษาไทยง่าย')).toEqual(['ภาษา', 'ไทย', 'ง่าย'])
    expect(wordsOf('コーヒーを飲む')).toContain('コーヒー')
  })

  test('keep what belongs together', () => {
    expect(wordsOf("don't pay 3.14 for page_token, Donaudampfschiff!")).toEqual([
      "don't",
      'pay',
      '3.14',
      'for',
      'page_token',
      'donaudampfschiff',
    ])
  })

  test('of a text without any are its signs', () => {
    expect(wordsOf(' 👩‍👩‍👧 ?! ')).toEqual(['👩‍👩‍👧', '?', '!'])
    expect(wordsOf('\u0000 \n\t\u200b')).toEqual([])
  })

  test('are counted', () => {
    expect(countWords('A rose is a Rose')).toEqual(
      new Map([
        ['a', 2],
        ['rose', 2],
        ['is', 1],
      ]),
    )
  })
})
