import type { Metadata } from './describe/metadata.ts'
import { emptyPage } from './extract/shell.ts'
import { readHtml } from './html.ts'
import type { Page, PageSource } from './page.ts'
import { decode } from './source/charset.ts'
import { parseContentType } from './source/content-type.ts'
import { kindOf, refuseBinary } from './source/kind.ts'
import { proseOf } from './summarise/prose.ts'
import { summarise } from './summarise/summarise.ts'
import { describeMarkdown, describeText, proseOfMarkdown, proseOfText } from './text.ts'
import { writeMarkdown } from './write/markdown.ts'

/**
 * Reads a page: finds out what it is and how it is encoded, and gives its main content as Markdown, what it says about itself,
 * and, if asked, a summary. Markdown and plain text pass as they are. Nothing of the page is run, and nothing else is loaded.
 *
 * @throws Failure `UNSUPPORTED_TYPE`, `PDF_UNSUPPORTED`, `EMPTY_PAGE`, `NEEDS_JAVASCRIPT`; none is worth a retry
 */
export function readPage(source: PageSource): Page {
  const { url, bytes, summarySentences } = source
  const type = parseContentType(source.contentType)
  refuseBinary(bytes, type, url)
  const { text, charset } = decode(bytes, type.charset)
  const { markdown, metadata, prose } = readers[kindOf(text, type, url)](text, url)
  const summary = summarySentences === undefined ? null : summarise(prose(), summarySentences, metadata.language)
  return { url, ...metadata, markdown, summary, bytes: bytes.byteLength, charset }
}

interface Content {
  readonly markdown: string
  readonly metadata: Metadata
  /** The paragraphs of the content as plain text; only worked out for a summary. */
  prose(): string[]
}

const readers = {
  html: (text: string, url: string): Content => {
    const { tree, metadata } = readHtml(text, url)
    return { markdown: writeMarkdown(tree), metadata, prose: () => proseOf(tree) }
  },
  markdown: (text: string): Content => {
    refuseEmpty(text)
    return { markdown: text, metadata: describeMarkdown(text), prose: () => proseOfMarkdown(text) }
  },
  text: (text: string): Content => {
    refuseEmpty(text)
    return { markdown: text, metadata: describeText(text), prose: () => proseOfText(text) }
  },
}

function refuseEmpty(text: string): void {
  if (text.trim() === '') throw emptyPage()
}
