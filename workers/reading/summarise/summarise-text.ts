import { proseOfMarkdown, proseOfText } from '../text.ts'
import { summarise } from './summarise.ts'

/** The summary of a text by itself, Markdown or plain, as that of a page; empty where there is no prose. */
export function summariseText({
  text,
  sentences,
  language,
}: {
  readonly text: string
  readonly sentences: number
  /** BCP 47; null if it is not known. */
  readonly language: string | null
}): string {
  const prose = proseOfMarkdown(text)
  return summarise(prose.length > 0 ? prose : proseOfText(text), sentences, language) ?? ''
}
