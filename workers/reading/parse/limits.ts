/** What a page may hold at most to become a document. */
export interface DocumentLimits {
  readonly maxElements: number
  /** Nesting of the source. The document itself is never that deep: see the builder. */
  readonly maxDepth: number
}
