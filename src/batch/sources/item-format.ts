import type { SourceItem, SourcePlace } from './source.ts'

/** How bytes become items. */
export interface ItemFormat {
  /** What `JobSource.fields` says. */
  readonly fields: readonly string[] | undefined
  /** For bytes from that place on, which is where an item begins, or the start of all. */
  reader(from: SourcePlace): ItemReader
}

/** Takes bytes in whatever pieces they come, and gives the items that end in each, made as they are asked for. */
export interface ItemReader {
  /** The piece may be used again afterwards; its items are taken before the next one comes. */
  push(bytes: Buffer): Iterable<SourceItem>
  /** What is left at the end. */
  end(): Iterable<SourceItem>
}
