export type SourceFormat = 'jsonl' | 'csv' | 'txt'

/** What a job says of its items. */
export type SourceDescription =
  /** Addresses, as they are. */
  | { readonly urls: readonly string[] }
  /** Paths of the files that patterns match, sorted. */
  | { readonly glob: string | readonly string[] }
  | FileDescription
  /** Standard input. */
  | { readonly stdin: SourceFormat; readonly delimiter?: string | undefined }
  /** Of a job in TypeScript: JSON data. */
  | { readonly items: Iterable<unknown> | AsyncIterable<unknown> }

/** The items in a file. `-`: standard input. */
export interface FileDescription {
  readonly file: string
  /** Default: by the ending (.jsonl, .ndjson; .csv, .tsv; .txt); of standard input `jsonl`. */
  readonly format?: SourceFormat | undefined
  /** Of CSV: one character. Default: a tab for .tsv, a comma for anything else. */
  readonly delimiter?: string | undefined
}
