import { readdirSync, readFileSync } from 'node:fs'
import rehypeParse from 'rehype-parse'
import rehypeRemark from 'rehype-remark'
import remarkGfm from 'remark-gfm'
import remarkStringify from 'remark-stringify'
import { unified } from 'unified'
import { describe, expect, test } from 'vitest'
import { hasLine, hasText } from '../../../bench/corpus/compare.ts'
import { loadCorpus } from '../../../bench/corpus/corpus.ts'
import { parseFragment } from '../../../bench/corpus/fragment.ts'
import type { CorpusPage } from '../../../bench/corpus/page.ts'
import { plainText } from '../../../bench/corpus/text.ts'

const corpus = loadCorpus()
const origin = 'http://127.0.0.1:1'

test('holds what the demo and the benchmarks count on', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(56)
  expect(corpus.filter((page) => page.demo)).toHaveLength(45)
  expect(new Set(corpus.map((page) => page.path)).size).toBe(corpus.length)
  expect(kindsOf(corpus.filter((page) => page.demo))).toEqual(kindsOf(corpus))
  expect(kindsOf(corpus)).toHaveLength(14)
})

test('is the same on every load', () => {
  for (const [at, page] of loadCorpus().entries()) expect(page).toEqual(corpus[at])
})

test('has the charsets and languages that readers get wrong', () => {
  const charsets = new Set(corpus.map((page) => page.truth.charset))
  for (const charset of ['windows-1252', 'iso-8859-2', 'windows-1251', 'shift_jis', 'gb18030', 'utf-16le', 'utf-8']) {
    expect(charsets).toContain(charset)
  }
  const languages = new Set(corpus.map((page) => page.truth.language.slice(0, 2)))
  expect([...languages].sort()).toEqual(['de', 'el', 'en', 'es', 'fr', 'ja', 'pl', 'ru', 'zh'])
})

describe.each(corpus.map((page) => [page.name, page] as const))('%s', (name, page) => {
  const source = new TextDecoder(page.truth.charset, { fatal: true }).decode(page.bytes)
  const text = plainText(source)

  test('decodes in its charset and holds its content', () => {
    for (const line of page.truth.text.split('\n')) expect(hasText(text, line), line).toBe(true)
  })

  test('is of a realistic size', () => {
    expect(page.bytes.length).toBeGreaterThan(15_000)
    expect(page.bytes.length).toBeLessThan(250_000)
  })

  test('has boilerplate on the page and none of it in the content', () => {
    expect(page.truth.excludes.length).toBeGreaterThan(2)
    for (const sentence of page.truth.excludes) {
      expect(hasText(text, sentence), sentence).toBe(true)
      expect(hasText(page.truth.text, sentence), sentence).toBe(false)
    }
  })

  test('asks only for what its content gives', () => {
    expect(page.truth.contains.length).toBeGreaterThan(1)
    for (const sentence of page.truth.contains) expect(hasText(page.truth.text, sentence), sentence).toBe(true)
    const markdown = writeMarkdown(name)
    for (const line of page.truth.markdown ?? []) expect(hasLine(markdown, line, origin), line).toBe(true)
  })
})

test('the broken page is broken, and a parser that follows the standard repairs it', () => {
  const page = corpus.find((one) => one.name === 'broken-smithy') as CorpusPage
  const source = Buffer.from(page.bytes).toString()
  expect(source).not.toContain('</p>')
  expect(source).toContain('</strong></em>')
  const markdown = toMarkdown(source)
  for (const sentence of page.truth.contains) expect(hasText(markdown, sentence), sentence).toBe(true)
  for (const line of page.truth.markdown ?? []) expect(hasLine(markdown, line, origin), line).toBe(true)
})

test('every fragment on disk is in the corpus', () => {
  const names = readdirSync(new URL('../../../bench/corpus/pages/', import.meta.url)).map((file) => file.slice(0, -5))
  expect(corpus.map((page) => page.name)).toEqual(names.sort())
})

/** The content alone, written by a plain converter: what is asked of an extractor must be possible at all. */
function writeMarkdown(name: string): string {
  const file = new URL(`../../../bench/corpus/pages/${name}.html`, import.meta.url)
  const fragment = parseFragment(name, readFileSync(file, 'utf8'))
  const base = new URL(fragment.base ?? '', origin + fragment.path)
  const eager = fragment.html.replace(/ src="data:[^"]*" data-src=/g, ' src=')
  return toMarkdown(eager.replace(/ (href|src)="([^"]*)"/g, (_, key, link) => ` ${key}="${new URL(link, base)}"`))
}

function toMarkdown(html: string): string {
  const writer = unified().use(rehypeParse).use(rehypeRemark).use(remarkGfm).use(remarkStringify, { bullet: '-' })
  return String(writer.processSync(html))
}

function kindsOf(pages: readonly CorpusPage[]): readonly string[] {
  return [...new Set(pages.map((page) => page.kind))].sort()
}
