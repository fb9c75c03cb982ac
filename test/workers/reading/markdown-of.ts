import { parseDocument } from '../../../workers/reading/parse/document.ts'
import { linkResolver } from '../../../workers/reading/write/links.ts'
import { markdownTree, writeMarkdown } from '../../../workers/reading/write/markdown.ts'
import { toHast } from '../../../workers/reading/write/to-hast.ts'

/** A piece of HTML as Markdown, without a search for the main content. */
export function markdownOf(html: string, url = 'https://site.example/dir/page'): string {
  const parsed = parseDocument(html, { maxElements: 10_000, maxDepth: 500 })
  if (parsed === undefined) throw new Error('the page is too complex')
  return writeMarkdown(markdownTree(toHast(parsed.document.body, linkResolver(url, parsed.facts.base))))
}
