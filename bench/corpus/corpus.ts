import { readdirSync, readFileSync } from 'node:fs'
import { compose } from './compose.ts'
import { parseFragment } from './fragment.ts'
import type { CorpusPage } from './page.ts'

export type { CorpusPage, Kind, Truth } from './page.ts'

const pages = new URL('./pages/', import.meta.url)

/**
 * All pages of the corpus, in the order of their names. Each call reads the fragments and composes the pages anew; the
 * bytes are the same every time.
 */
export function loadCorpus(): readonly CorpusPage[] {
  const files = readdirSync(pages)
    .filter((file) => file.endsWith('.html'))
    .sort()
  return files.map((file) => compose(parseFragment(file.slice(0, -5), readFileSync(new URL(file, pages), 'utf8'))))
}
