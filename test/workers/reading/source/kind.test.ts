import { describe, expect, test } from 'vitest'
import { Failure } from '../../../../src/core/failure.ts'
import { parseContentType } from '../../../../workers/reading/source/content-type.ts'
import { kindOf, refuseBinary } from '../../../../workers/reading/source/kind.ts'

/** The kind of a source, or the code it is refused with. */
function identify(content: string | Uint8Array, contentType: string | undefined, url = 'https://a.example/x'): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const type = parseContentType(contentType)
  try {
    refuseBinary(bytes, type, url)
    return kindOf(new TextDecoder().decode(bytes), type, url)
  } catch (error) {
    if (Failure.is(error) && !error.retryable) return error.code
    throw error
  }
}

const page = '<!doctype html><title>x</title><p>text'
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d)
const zip = Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)

describe('by the header', () => {
  test.each([
    ['text/html; charset=utf-8', page, 'html'],
    ['application/xhtml+xml', page, 'html'],
    ['text/markdown', '# Title', 'markdown'],
    ['text/x-markdown; charset=utf-8', '# Title', 'markdown'],
    ['text/plain', 'words', 'text'],
    ['text/plain', page, 'text'],
    ['text/csv', 'a,b\n1,2', 'text'],
    ['application/json', '{"a": 1}', 'UNSUPPORTED_TYPE'],
    ['application/ld+json', '{"a": 1}', 'UNSUPPORTED_TYPE'],
    ['application/rss+xml', '<rss></rss>', 'UNSUPPORTED_TYPE'],
    ['text/xml', '<note>x</note>', 'UNSUPPORTED_TYPE'],
    ['image/png', png, 'UNSUPPORTED_TYPE'],
    ['image/svg+xml', '<svg></svg>', 'UNSUPPORTED_TYPE'],
    ['application/zip', zip, 'UNSUPPORTED_TYPE'],
    ['application/javascript', 'alert(1)', 'UNSUPPORTED_TYPE'],
    ['application/pdf', 'anything', 'PDF_UNSUPPORTED'],
  ])('%s', (type, content, expected) => {
    expect(identify(content, type)).toBe(expected)
  })
})

describe('by the content, against the header', () => {
  test.each([
    ['a PDF sent as HTML', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'text/html', 'PDF_UNSUPPORTED'],
    ['a PDF after white space and a mark', '\ufeff \n\0%PDF-1.4', 'text/html', 'PDF_UNSUPPORTED'],
    ['an image sent as HTML', png, 'text/html', 'UNSUPPORTED_TYPE'],
    ['an archive sent as plain text', zip, 'text/plain', 'UNSUPPORTED_TYPE'],
    ['JSON sent as HTML', ' {"error": "no such page"} ', 'text/html', 'UNSUPPORTED_TYPE'],
    ['JSON sent as plain text', '[1, 2, 3]', 'text/plain', 'UNSUPPORTED_TYPE'],
    ['lines of JSON', '{"a": 1}\n{"a": 2}\n', 'text/plain', 'UNSUPPORTED_TYPE'],
    [
      'a feed sent as HTML',
      '<?xml version="1.0"?>\n<!-- x --><rss version="2.0"></rss>',
      'text/html',
      'UNSUPPORTED_TYPE',
    ],
    ['an image of vectors sent as HTML', '<svg xmlns="x"><title>t</title></svg>', 'text/html', 'UNSUPPORTED_TYPE'],
    ['a binary file sent as plain text', Uint8Array.of(1, 2, 3, 4, 5), 'text/plain', 'UNSUPPORTED_TYPE'],
    [
      'XHTML sent as XML',
      '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>',
      'text/xml',
      'html',
    ],
    ['HTML that begins with a sprite', '<svg><symbol/></svg><div>text</div>', 'text/html', 'html'],
    ['HTML with a NUL', '<p>a\0b</p>', 'text/html', 'html'],
    ['a sentence that begins like a bitmap', 'BMW built it. ID3 tags, too.', 'text/plain', 'text'],
    ['a text that begins with a bracket', '[1] is the first reference.', 'text/plain', 'text'],
  ])('%s', (_, content, type, expected) => {
    expect(identify(content, type)).toBe(expected)
  })
})

describe('without a header, or with one that says nothing', () => {
  test.each([
    ['file:///notes/a.md', '<p align="center">logo</p>\n# Title', 'markdown'],
    ['file:///notes/a.txt', page, 'text'],
    ['file:///notes/a.html', 'no tags at all', 'html'],
    ['file:///notes/a.json', '{}', 'UNSUPPORTED_TYPE'],
    ['file:///notes/a.xml', '<note/>', 'UNSUPPORTED_TYPE'],
    ['file:///notes/a.pdf', '%PDF-1.4', 'PDF_UNSUPPORTED'],
    ['file:///notes/a', '  <!DOCTYPE HTML><p>x', 'html'],
    ['file:///notes/a', '<!-- comment --><p>x', 'html'],
    ['file:///notes/a', 'Dear diary', 'text'],
    ['file:///notes/a', zip, 'UNSUPPORTED_TYPE'],
  ])('%s', (url, content, expected) => {
    expect(identify(content, undefined, url)).toBe(expected)
    expect(identify(content, 'application/octet-stream', url)).toBe(expected)
  })

  test('Markdown that a host of raw files sends as plain text', () => {
    expect(identify('# Title', 'text/plain; charset=utf-8', 'https://raw.example/README.md?x=1')).toBe('markdown')
  })
})

test('UTF-16 is not binary: with its mark, or as declared', () => {
  const marked = Buffer.from('\ufeff<p>text', 'utf16le')
  const declared = Buffer.from('plain text', 'utf16le')
  expect(identify(marked, undefined, 'file:///a.txt')).toBe('text')
  expect(() =>
    refuseBinary(declared, parseContentType('text/plain; charset=utf-16le'), 'https://a.example/'),
  ).not.toThrow()
})

test('random bytes are no page, whatever they are called', () => {
  let state = 1
  const random = Uint8Array.from({ length: 5_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
  expect(identify(random, 'text/html')).toBe('UNSUPPORTED_TYPE')
  expect(identify(random, undefined, 'file:///x.html')).toBe('UNSUPPORTED_TYPE')
})
