import { describe, expect, test, vi } from 'vitest'
import { hasLine, hasText } from '../../../bench/corpus/compare.ts'
import { loadCorpus } from '../../../bench/corpus/corpus.ts'
import { score } from '../../../bench/reading/score.ts'
import { Failure } from '../../../src/core/failure.ts'
import type { Page } from '../../../workers/reading/page.ts'
import { readPage } from '../../../workers/reading/read.ts'

const origin = 'https://site.example'
const url = `${origin}/dir/page`

function read(content: string | Uint8Array, contentType?: string, summarySentences?: number): Page {
  return readPage({
    url,
    bytes: Uint8Array.from(typeof content === 'string' ? Buffer.from(content) : content),
    ...(contentType === undefined ? {} : { contentType }),
    ...(summarySentences === undefined ? {} : { summarySentences }),
  })
}

function failureOf(content: string, contentType = 'text/html'): Failure {
  try {
    read(content, contentType)
  } catch (error) {
    if (Failure.is(error)) return error
    throw error
  }
  throw new Error('expected a failure')
}

function linesOf(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length
}

describe('the corpus', () => {
  const pages = loadCorpus()

  test.each(pages.map((page) => [page.name, page] as const))('%s', (_, { path, contentType, bytes, truth }) => {
    const page = readPage({ url: origin + path, contentType, bytes: Uint8Array.from(bytes), summarySentences: 3 })
    expect(truth.contains.filter((text) => !hasText(page.markdown, text))).toEqual([])
    expect((truth.markdown ?? []).filter((line) => !hasLine(page.markdown, line, origin))).toEqual([])
    expect(score(page.markdown, truth, origin)).toMatchObject({ liveHtml: 0 })
    expect(score(page.markdown, truth, origin).f1).toBeGreaterThan(0.75)
    expect(page).toMatchObject({
      title: truth.title,
      language: truth.language,
      charset: truth.charset,
      bytes: bytes.length,
    })
    expect(page.byline).toBe(truth.byline ?? null)
    // The blocks of the page are blocks of the Markdown; the truth has a line for each cell as well.
    expect(linesOf(page.markdown)).toBeGreaterThan(linesOf(truth.text) * 0.5)
    expect(page.summary?.length).toBeGreaterThan(20)
  })

  test('is read well on the whole', () => {
    const f1 = pages.map(({ path, contentType, bytes, truth }) => {
      const page = readPage({ url: origin + path, contentType, bytes: Uint8Array.from(bytes) })
      return score(page.markdown, truth, origin).f1
    })
    expect(f1.reduce((sum, one) => sum + one, 0) / f1.length).toBeGreaterThan(0.97)
  })
})

describe('a page that is not HTML', () => {
  test('Markdown passes unchanged', () => {
    const markdown = '---\nlang: en\n---\n# Title\r\n\n<b>kept</b>  \n* item\n'
    expect(read(markdown, 'text/markdown')).toEqual({
      url,
      title: 'Title',
      byline: null,
      publishedAt: null,
      language: 'en',
      markdown,
      summary: null,
      bytes: Buffer.byteLength(markdown),
      charset: 'utf-8',
    })
  })

  test('plain text passes as it is', () => {
    const text = 'Notes\n=====\n\nA < B & *C*\n\tindented\n'
    expect(read(text, 'text/plain')).toMatchObject({ title: 'Notes', markdown: text })
  })

  test('both can be summarised', () => {
    const sentences = 'The tide comes in twice a day. The mill stands still at high water. A cat sleeps on the stairs.'
    expect(read(`# Mill\n\n${sentences}`, 'text/markdown', 2).summary?.split('. ')).toHaveLength(2)
    expect(read(sentences, 'text/plain', 5).summary).toBe(sentences)
  })
})

describe('a page that cannot be read', () => {
  test.each([
    ['', 'text/html', 'EMPTY_PAGE'],
    [' \n ', 'text/plain', 'EMPTY_PAGE'],
    ['\ufeff', 'text/markdown', 'EMPTY_PAGE'],
    ['<div id="root"></div><script src="a.js"></script>', 'text/html', 'NEEDS_JAVASCRIPT'],
    ['{"a": 1}', 'application/json', 'UNSUPPORTED_TYPE'],
    ['<rss></rss>', 'application/rss+xml', 'UNSUPPORTED_TYPE'],
    ['%PDF-1.7', 'text/html', 'PDF_UNSUPPORTED'],
  ])('%o as %s: %s', (content, contentType, code) => {
    const failure = failureOf(content, contentType)
    expect(failure.code).toBe(code)
    expect(failure.retryable).toBe(false)
    expect(failure.message).toMatch(/^expected /)
  })
})

/** Each of these kept a thread busy for more than ten seconds before there were limits. */
describe('a hostile page is read all the same', () => {
  test('100,000 nested elements', () => {
    expect(read(`${'<div>'.repeat(100_000)}deep text${'</div>'.repeat(100_000)}`, 'text/html').markdown).toBe(
      'deep text\n',
    )
  })

  test('1,000,000 attributes', () => {
    const attributes = Array.from({ length: 1_000_000 }, (_, i) => `a${i}=x`).join(' ')
    expect(read(`<p ${attributes}>text of the page</p>`, 'text/html').markdown).toBe('text of the page\n')
  })

  test('200,000 items of a list', () => {
    const items = Array.from({ length: 200_000 }, (_, i) => `<li>item ${i}</li>`).join('')
    const lines = read(`<title>List</title><ol>${items}</ol>`, 'text/html').markdown.trimEnd().split('\n')
    expect(lines).toHaveLength(200_000)
    expect(lines.at(-1)).toBe('200000. item 199999')
  })

  test('10 MB of an ordinary page', () => {
    const sections = Array.from(
      { length: 12_000 },
      (_, i) => `<h2>Part ${i}</h2><p>${'Plain words, one after the other. '.repeat(24)}</p>`,
    )
    const page = read(`<html lang="en"><title>Book</title><main>${sections.join('\n')}</main>`, 'text/html', 3)
    expect(page).toMatchObject({ title: 'Book', language: 'en' })
    expect(page.markdown.match(/^## Part \d+$/gm)).toHaveLength(12_000)
    expect(page.summary).toContain('Plain words')
  })

  test('NULs everywhere', () => {
    expect(read('<p>a\0b</p><scr\0ipt>x</scr\0ipt>', 'text/html').markdown).toBe('ab\n')
  })

  test('Markdown that nests without end, summarised', () => {
    const page = read(
      `${'>'.repeat(50_000)} deep\n\n${'['.repeat(50_000)}\n\n${'*a '.repeat(20_000)}`,
      'text/markdown',
      1,
    )
    expect(page.markdown).toContain('deep')
  })
})

describe('the text of a page is nothing but text', () => {
  test('no part of it is run, and nothing is loaded', () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'))
    const html = `<script>globalThis.ran = true</script><body onload="globalThis.ran = true"><img src="https://other.example/x.png" onerror="globalThis.ran = true">
      <iframe srcdoc="&lt;script&gt;globalThis.ran = true&lt;/script&gt;"></iframe><p>text</p></body>`
    for (const address of [
      'https://www.youtube.com/watch?v=x',
      'https://x.com/a/status/1',
      'https://www.reddit.com/r/a/comments/b',
    ]) {
      readPage({ url: address, contentType: 'text/html', bytes: Uint8Array.from(Buffer.from(html)) })
    }
    expect(globalThis).not.toHaveProperty('ran')
    expect(fetched).not.toHaveBeenCalled()
  })

  test('tags in it are text in the Markdown', () => {
    const html = `<article><p>${'Write &lt;script&gt;alert(1)&lt;/script&gt; and it is shown. '.repeat(5)}</p><pre>&lt;b&gt;</pre></article>`
    const { markdown } = read(html, 'text/html')
    expect(markdown).toContain('Write \\<script>alert(1)\\</script> and it is shown.')
    expect(markdown).toContain('```\n<b>\n```')
  })
})
