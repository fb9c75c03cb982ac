import { stringify } from 'yaml'
import type { Page } from '../../../workers/reading/page.ts'

/** A page as a Markdown file: what is known about it as YAML front matter, then its Markdown. */
export function withFrontMatter(page: Page): string {
  const { url, title, byline, publishedAt, language, summary } = page
  const known = Object.entries({ url, title, byline, publishedAt, language, summary })
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== undefined && entry[1] !== '')
    .map(([key, value]) => [key, value.toWellFormed()])
  return `${frontMatter(Object.fromEntries(known))}${endedLine(page.markdown.toWellFormed())}`
}

/** Fields as YAML front matter, and the blank line behind it. */
export function frontMatter(fields: object): string {
  // Quoted always: YAML 1.1 readers, still common, take a bare `no` for false and a bare date for a timestamp.
  const yaml = stringify(fields, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 })
  return `---\n${yaml}---\n\n`
}

/** A text that ends in a line feed, unless it is empty. */
export function endedLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
