import { createRequire } from 'node:module'
import { parseHTML } from 'linkedom'
import rehypeParse from 'rehype-parse'
import rehypeRemark from 'rehype-remark'
import remarkGfm from 'remark-gfm'
import remarkStringify from 'remark-stringify'
import Turndown from 'turndown'
import { unified } from 'unified'
import { readability } from '../../workers/reading/extract/extract.ts'
import { prune } from '../../workers/reading/extract/prune.ts'
import { readLinear } from '../../workers/reading/linear/linear.ts'
import { type ParsedPage, parseDocument } from '../../workers/reading/parse/document.ts'
import { readPage } from '../../workers/reading/read.ts'
import { decode } from '../../workers/reading/source/charset.ts'
import { parseContentType } from '../../workers/reading/source/content-type.ts'
import { linkResolver } from '../../workers/reading/write/links.ts'
import { markdownTree, writeMarkdown } from '../../workers/reading/write/markdown.ts'
import { toHast } from '../../workers/reading/write/to-hast.ts'

/** A page as a server sent it. */
export interface Sent {
  readonly url: string
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** One way to get from the bytes of a page to Markdown. An empty string where it finds nothing. */
export interface Contender {
  readonly name: string
  read(page: Sent): string
}

type Extractor = (html: string, url: string) => string
type Writer = (html: string) => string

const require = createRequire(import.meta.url)
const { Readability } = require('@mozilla/readability') as {
  Readability: new (document: unknown) => { parse(): { content: string; textContent: string } | null }
}
const { gfm: tablesAndTasks } = require('@joplin/turndown-plugin-gfm') as { gfm: Turndown.Plugin }
const Defuddle = require('defuddle') as new (document: unknown, options: object) => { parse(): { content: string } }

const byReadability: Extractor = (html) => new Readability(parseHTML(html).document).parse()?.content ?? ''
const byDefuddle: Extractor = (html, url) => new Defuddle(parseHTML(html).document, { url }).parse().content

/** Defuddle where Readability keeps less than half as much text. */
const byEither: Extractor = (html, url) => {
  const article = byReadability(html, url)
  const other = byDefuddle(html, url)
  return textLength(article) * 2 < textLength(other) ? other : article
}

const pipeline = unified()
  .use(rehypeParse, { fragment: true })
  .use(rehypeRemark)
  .use(remarkGfm)
  .use(remarkStringify)
  .freeze()
const byRemark: Writer = (html) => pipeline.processSync(html).toString()

const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced' }).use(tablesAndTasks)
const byTurndown: Writer = (html) => turndown.turndown(html)

/** The usual wiring: a document, an extractor that gives HTML, a writer that parses it again. */
function wire(name: string, extract: Extractor, write: Writer): Contender {
  return { name, read: (page) => write(extract(textOf(page), page.url)) }
}

/** Parts of weft's own path, to see what each is worth. */
function partly(name: string, take: (parsed: ParsedPage, page: Sent) => ParsedPage['document']['body']): Contender {
  return {
    name,
    read: (page) => {
      const parsed = parseDocument(textOf(page), { maxElements: 25_000, maxDepth: 1000 })
      if (parsed === undefined) return ''
      return writeMarkdown(markdownTree(toHast(take(parsed, page), linkResolver(page.url, parsed.facts.base))))
    },
  }
}

export const contenders: readonly Contender[] = [
  wire('Readability, rehype-remark', byReadability, byRemark),
  wire('Readability, turndown', byReadability, byTurndown),
  wire('Defuddle, rehype-remark', byDefuddle, byRemark),
  wire('Defuddle, turndown', byDefuddle, byTurndown),
  wire('either by length, rehype-remark', byEither, byRemark),
  wire('either by length, turndown', byEither, byTurndown),
  partly("weft's document and writer, Readability", ({ document }) => readability(document)?.content ?? document.body),
  partly('the same, boilerplate pruned', ({ document }) => {
    prune(document.body)
    return readability(document)?.content ?? document.body
  }),
  { name: 'weft: readPage', read: (page) => readPage(page).markdown },
  {
    name: 'weft: the linear path for huge pages',
    read: (page) => writeMarkdown(readLinear(textOf(page), page.url).tree),
  },
]

function textOf(page: Sent): string {
  return decode(page.bytes, parseContentType(page.contentType).charset).text
}

function textLength(html: string): number {
  return html.replace(/<[^>]*>/g, '').length
}
