import type { Failure } from '../core/failure.ts'

/** One thing to read, as `weft read` was asked for it. */
export interface Input {
  /** As shown in the record: the URL, or the path as a user would write it. */
  readonly input: string
  readonly target: Target
}

/** What a word turned out to be. An `invalid` one still becomes a record, so that nothing that was asked for is lost. */
export type Target =
  /** An http or https URL, normalised. */
  | { readonly kind: 'url'; readonly url: string }
  /** A file, by its absolute path. It existed a moment ago; whether it can be read shows when it is read. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'invalid'; readonly failure: Failure }
