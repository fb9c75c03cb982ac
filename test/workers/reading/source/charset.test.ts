import { describe, expect, test } from 'vitest'
import { encode } from '../../../../bench/corpus/charset.ts'
import { decode } from '../../../../workers/reading/source/charset.ts'

const german = 'Die Größe der Bäume überraschte uns alle: fünf Meter höher als im Vorjahr, sagte Müller.'
const russian = 'Всем привет, это страница о том, как читать тексты на русском языке. Она не очень длинная.'
const japanese = 'これは日本語の文章です。文字コードの判定が正しくできるかどうかを確認するためのものです。'
const chinese = '这是一个中文网页，用来测试字符编码的检测是否正确。内容不多，但应该足够了。'

function pageOf(text: string, meta = ''): string {
  return `<!doctype html><html><head>${meta}<title>x</title></head><body><nav><a href="/">Home</a></nav><p>${text}</p></body></html>`
}

describe('a declaration that fits is followed', () => {
  test.each([
    ['windows-1252', german],
    ['windows-1251', russian],
    ['shift_jis', japanese],
    ['gb18030', chinese],
    ['iso-8859-2', 'Zażółć gęślą jaźń'],
  ])('%s', (charset, text) => {
    expect(decode(encode(pageOf(text), charset), charset)).toEqual({ charset, text: pageOf(text) })
    const declared = pageOf(text, `<meta charset="${charset}">`)
    expect(decode(encode(declared, charset), undefined)).toEqual({ charset, text: declared })
  })

  test('GBK is read as GB 18030, which holds it', () => {
    expect(decode(encode(chinese, 'gb18030'), 'gb2312')).toEqual({ charset: 'gb18030', text: chinese })
  })

  test('a label is known by its other names', () => {
    expect(decode(encode(german, 'windows-1252'), 'ISO-8859-1').charset).toBe('windows-1252')
    expect(decode(encode(japanese, 'shift_jis'), 'x-sjis').charset).toBe('shift_jis')
  })

  test('pure ASCII keeps the declared charset', () => {
    expect(decode(Buffer.from('plain'), 'windows-1252')).toEqual({ charset: 'windows-1252', text: 'plain' })
    expect(decode(Buffer.from('plain'), undefined)).toEqual({ charset: 'utf-8', text: 'plain' })
  })
})

describe('a declaration that the bytes contradict is not followed', () => {
  test.each([
    ['windows-1252', german],
    ['windows-1251', russian],
    ['shift_jis', japanese],
    ['gb18030', chinese],
  ])('%s that calls itself UTF-8', (charset, text) => {
    expect(decode(encode(pageOf(text), charset), 'utf-8')).toEqual({ charset, text: pageOf(text) })
  })

  test.each(['windows-1252', 'shift_jis', 'utf-16', 'no-such-charset', ''])('UTF-8 that calls itself %o', (label) => {
    expect(decode(Buffer.from(pageOf(german)), label)).toEqual({ charset: 'utf-8', text: pageOf(german) })
  })

  test('the document is believed where the header is wrong', () => {
    const declared = pageOf(russian, '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">')
    expect(decode(encode(declared, 'koi8-r'), 'utf-8')).toEqual({ charset: 'koi8-r', text: declared })
  })
})

describe('without any declaration the bytes tell', () => {
  test.each([
    ['windows-1252', german],
    ['windows-1251', russian],
    ['koi8-r', russian],
    ['iso-8859-7', 'Αυτή είναι μια σελίδα στα ελληνικά, για να δοκιμάσουμε την ανίχνευση του συνόλου χαρακτήρων.'],
    ['shift_jis', japanese],
    ['gb18030', chinese],
  ])('%s', (charset, text) => {
    expect(decode(encode(pageOf(text), charset), undefined)).toEqual({ charset, text: pageOf(text) })
  })

  test('a sample full of tags and of words that never end takes no time', () => {
    const bytes = Buffer.from(`${'<'.repeat(100_000)}${'a'.repeat(100_000)}é`, 'latin1')
    expect(decode(bytes, undefined).charset).toBe('windows-1252')
  })
})

describe('byte order marks win', () => {
  test('UTF-16', () => {
    expect(decode(Buffer.from(`\ufeff${german}`, 'utf16le'), 'utf-8')).toEqual({ charset: 'utf-16le', text: german })
    const bigEndian = Buffer.from(`\ufeff${german}`, 'utf16le').swap16()
    expect(decode(bigEndian, undefined)).toEqual({ charset: 'utf-16be', text: german })
  })

  test('UTF-8', () => {
    expect(decode(Buffer.from(`\ufeff${german}`), 'windows-1252')).toEqual({ charset: 'utf-8', text: german })
  })
})

describe('damage', () => {
  test('UTF-8 with a few foreign bytes stays UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(german), Uint8Array.of(0xe9), Buffer.from(' fin')])
    expect(decode(bytes, 'utf-8')).toEqual({ charset: 'utf-8', text: `${german}\ufffd fin` })
  })

  test('UTF-8 that was cut inside a character stays UTF-8', () => {
    const bytes = Buffer.from(`${german} ü`).subarray(0, -1)
    expect(decode(bytes, undefined)).toEqual({ charset: 'utf-8', text: `${german} \ufffd` })
  })

  test('NULs are dropped', () => {
    expect(decode(Buffer.from('<p>a\0b\0</p>'), 'utf-8').text).toBe('<p>ab</p>')
  })

  test('nothing at all is decoded as nothing', () => {
    expect(decode(new Uint8Array(), undefined)).toEqual({ charset: 'utf-8', text: '' })
  })
})
