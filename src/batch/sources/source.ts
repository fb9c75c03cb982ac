import type { Failure } from '../../core/failure.ts'

/** One item as its source has it. */
export interface SourceItem {
  /** From 0, malformed ones counted. */
  readonly number: number
  /** Byte at which it begins; 0 where the source has none (a glob, a list of addresses). */
  readonly offset: number
  /** Line at which it begins, from 1; its position, where the source has no lines. */
  readonly line: number
  /** As it stands in its record: an object (JSONL, CSV) or a text (an address, a line, a path). */
  readonly input: unknown
  /** Why it is none: what stands there is malformed. It becomes a failed record of its own. */
  readonly failure?: Failure
}

/** Where the items of a job come from. */
export interface JobSource {
  /** How it is called in messages. */
  readonly place: string
  /** Whether it gives the same items again when it is read again, from any place; false for standard input. */
  readonly isReadable: boolean
  /** Names that templates may use, where the source says them beforehand (the columns of a CSV file). */
  readonly fields: readonly string[] | undefined
  /** How many items, where that is known without reading them all; `estimate`: from the size of the file. */
  readonly size: { readonly items: number; readonly estimate: boolean } | undefined
  /** Absolute paths of the files that are read, where it is files: an output must be none of them. */
  readonly files?: readonly string[]
  /** What shows whether it is still the same: JSON. The same file with the same size and time of change has the same. */
  identity(): Promise<string>
  /**
   * Items from a place on, no faster than they are asked for, in memory that does not grow with their number.
   *
   * @throws Failure `SOURCE_FAILED`, `FILE_UNREADABLE`
   */
  items(from: SourcePlace, signal: AbortSignal): AsyncIterable<SourceItem>
}

export interface SourcePlace {
  readonly item: number
  readonly offset: number
  readonly line: number
}

export const sourceStart: SourcePlace = { item: 0, offset: 0, line: 1 }
