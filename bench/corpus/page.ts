/** A page as a server sends it, with what a reader of it must and must not find. */
export interface CorpusPage {
  readonly name: string
  /** Where the server has it; starts with `/`. */
  readonly path: string
  /** Value of the `Content-Type` header. */
  readonly contentType: string
  readonly bytes: Uint8Array
  readonly kind: Kind
  /** Whether it is one of the pages of the demo. */
  readonly demo: boolean
  readonly truth: Truth
}

export interface Truth {
  readonly title: string
  readonly byline?: string
  /** ISO 8601. */
  readonly publishedAt?: string
  /** BCP 47, as in `<html lang>`. */
  readonly language: string
  /** Name of the encoding in the Encoding Standard, in lower case. */
  readonly charset: string
  /** The main content as plain text, one line for each block; without title and byline. */
  readonly text: string
  /** Sentences of the main content. */
  readonly contains: readonly string[]
  /** Boilerplate of this very page that must not be in the Markdown. */
  readonly excludes: readonly string[]
  /**
   * Lines that must be in the Markdown, with `{origin}` for the scheme, host and port it was read from.
   * Writers differ in bullets, padding and depth of indent: compare with `hasLine` of compare.ts.
   */
  readonly markdown?: readonly string[]
}

export type Kind =
  | 'article'
  | 'long-form'
  | 'docs'
  | 'api-reference'
  | 'nested-lists'
  | 'forum'
  | 'question'
  | 'product'
  | 'recipe'
  | 'consent-wall'
  | 'listing'
  | 'encyclopaedia'
  | 'changelog'
  | 'press-release'

/** Where a page says its charset. `none` leaves it to detection; `bom` writes a byte order mark and nothing else. */
export type CharsetDeclaration = 'both' | 'header' | 'meta' | 'bom' | 'none'
