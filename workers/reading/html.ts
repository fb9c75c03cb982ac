import type { Root } from 'mdast'
import { type Metadata, metadataOf } from './describe/metadata.ts'
import { extract } from './extract/extract.ts'
import { emptyPage, refuseShell } from './extract/shell.ts'
import { readLinear } from './linear/linear.ts'
import { type ParsedPage, parseDocument } from './parse/document.ts'
import type { DocumentLimits } from './parse/limits.ts'
import { linkResolver } from './write/links.ts'
import { markdownTree } from './write/markdown.ts'
import { toHast } from './write/to-hast.ts'

/** A page of HTML as a Markdown tree. */
export interface HtmlPage {
  readonly tree: Root
  readonly metadata: Metadata
}

/**
 * Reads HTML: its main content as Markdown, and what it says about itself. A page beyond the limits is read in linear time and
 * one level deep instead.
 *
 * @throws Failure `EMPTY_PAGE`, `NEEDS_JAVASCRIPT`
 */
export function readHtml(html: string, url: string): HtmlPage {
  const parsed = html.length > limits.maxLength ? undefined : parseDocument(html, limits)
  return parsed === undefined ? readHuge(html, url) : readOrdinary(parsed, html, url)
}

/** Chosen so that the worst of hostile pages within them takes less than five seconds; see bench/reading. */
const limits: DocumentLimits & { readonly maxLength: number } = {
  maxElements: 25_000,
  maxDepth: 1000,
  /** In UTF-16 units. */
  maxLength: 6_000_000,
}

function readOrdinary(parsed: ParsedPage, html: string, url: string): HtmlPage {
  const { facts } = parsed
  refuseShell(facts)
  let first: ParsedPage | undefined = parsed
  const parse = (): ParsedPage['document'] => {
    const { document } = first ?? (parseDocument(html, limits) as ParsedPage)
    first = undefined
    return document
  }
  const { content, byline } = extract(parse, url)
  const links = linkResolver(url, facts.base)
  const tree = markdownTree(toHast(content, links))
  const metadata = metadataOf(facts, byline)
  // Extraction may find nothing to keep on a page that does hold text.
  return isEmpty(tree) ? { tree: refuseEmpty(markdownTree(toHast(parse().body, links))), metadata } : { tree, metadata }
}

function readHuge(html: string, url: string): HtmlPage {
  const { tree, facts } = readLinear(html, url)
  refuseShell(facts)
  return { tree: refuseEmpty(tree), metadata: metadataOf(facts, null) }
}

function isEmpty(tree: Root): boolean {
  return tree.children.length === 0
}

function refuseEmpty(tree: Root): Root {
  if (isEmpty(tree)) throw emptyPage()
  return tree
}
