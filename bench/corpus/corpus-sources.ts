import type { PageSource } from '../../workers/reading/page.ts'
import { loadCorpus } from './corpus.ts'

/** Every page of the corpus as it would have been fetched, `repeats` times over. */
export function corpusSources(repeats: number): PageSource[] {
  const sources = loadCorpus().map(
    ({ path, contentType, bytes }): PageSource => ({
      url: new URL(path, 'https://corpus.example').href,
      contentType,
      bytes: new Uint8Array(bytes),
      summarySentences: 3,
    }),
  )
  return Array.from({ length: repeats }, () => sources).flat()
}
