/** What a fetcher or a file reader hands over. */
export interface PageSource {
  /** Absolute http(s) or file: URL, after redirects: the base for relative links. */
  readonly url: string
  /** The value of the Content-Type header as sent, if there was one. */
  readonly contentType?: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many sentences the summary has; leave out for no summary. */
  readonly summarySentences?: number
}

/** A page as it was read. */
export interface Page {
  readonly url: string
  readonly title: string | null
  readonly byline: string | null
  /** ISO 8601, as far as it is known: a day without a time stays a day. */
  readonly publishedAt: string | null
  /** BCP 47. */
  readonly language: string | null
  /** GitHub flavoured; a plain text page stands here as it is. */
  readonly markdown: string
  /** Plain text; null if none was asked for, or if there is no prose. */
  readonly summary: string | null
  /** Size of the source. */
  readonly bytes: number
  /** Name of the encoding that was used to decode the source, as in the Encoding Standard, in lower case. */
  readonly charset: string
}
