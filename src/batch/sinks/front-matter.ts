import { stringify } from 'yaml'
import type { Page } from '../../../workers/reading/page.ts'

/** A page as a Markdown file: what is known about it as YAML front matter, then its Markdown. */
export function withFrontMatter(page: Page): string {
  const { url, title, byline, publishedAt, language, summary } = page
  const known = Object.entries({ url, title, byline, publishedAt, language, summary })
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== undefined && entry[1] !== '')
    .map(([key, value]) => [key, value.toWellFormed()])
  // Quoted always: YAML 1.1 readers, still common, take a bare `no` for false and a bare date for a timestamp.
  const yaml = stringify(Object.fromEntries(known), {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  })
  const body = page.markdown.toWellFormed()
  return `---\n${yaml}---\n\n${body}${body === '' || body.endsWith('\n') ? '' : '\n'}`
}
