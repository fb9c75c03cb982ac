/** A page as it was read. Stands in for the interface of the same name in workers/reading/page.ts until that is merged. */
export interface Page {
  /** Where it came from in the end: after redirects, or as a `file:` URL. */
  readonly url: string
  readonly title: string | null
  readonly byline: string | null
  /** ISO 8601. */
  readonly publishedAt: string | null
  /** BCP 47. */
  readonly language: string | null
  readonly markdown: string
  readonly summary: string | null
  /** Size of the body, decompressed. */
  readonly bytes: number
  readonly charset: string
}
