import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import TurndownService from 'turndown'
import type { Page, PageSource } from './reading/page.ts'
export function readPage(s: PageSource): Page {
  const html = new TextDecoder().decode(s.bytes)
  const { document } = parseHTML(html)
  const a = new Readability(document as never).parse()
  const markdown = a?.content ? new TurndownService().turndown(a.content) : ''
  return {
    url: s.url,
    title: a?.title ?? null,
    byline: null,
    publishedAt: null,
    language: null,
    markdown,
    summary: s.summarySentences ? markdown.slice(0, 100) : null,
    bytes: s.bytes.byteLength,
    charset: 'utf-8',
  }
}
