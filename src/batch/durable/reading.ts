import type { SourceItem } from '../sources/source.ts'
import { jsonOf } from './content-key.ts'
import { Entry } from './entry.ts'
import type { Expansion } from './expansion.ts'
import { ReadAhead } from './read-ahead.ts'
import type { Recorder } from './recorder.ts'
import type { Shape } from './shape.ts'
import { noFigures } from './walk.ts'
import type { Watermark } from './watermark.ts'

export interface ReadingParts {
  readonly shape: Shape
  readonly recorder: Recorder
  readonly watermark: Watermark
  readonly expansion: Expansion
  /** Inputs cannot be read again: they are kept. */
  readonly keepsInputs: boolean
  /** Resolves when there is room for more. */
  readonly room: () => Promise<void>
  /** Told of each item of the source that has yet to get into the output. */
  readonly reads: (root: number) => void
  /** The source has given all that it has. */
  readonly ended: () => void
}

/** Items that are looked up in the journal together. */
const batchSize = 256

/** Makes entries of the items of a source: those that have something left to do, taken as far as the journal knows. In their order. */
export class Reading implements AsyncIterable<Entry> {
  readonly #parts: ReadingParts
  readonly #ahead: ReadAhead<SourceItem>

  constructor(source: AsyncIterable<SourceItem>, parts: ReadingParts) {
    this.#parts = parts
    this.#ahead = new ReadAhead(source, batchSize)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Entry, void> {
    const { room, ended } = this.#parts
    try {
      for (;;) {
        const items = await this.#ahead.take()
        if (items.length === 0) break
        const entries = await this.#entriesOf(items)
        for (const entry of entries) if (!entry.isLeft) yield entry
        await room()
        // A source that is never waited for would keep the loop from turning.
        await new Promise(setImmediate)
      }
      ended()
    } finally {
      this.close()
    }
  }

  close(): void {
    this.#ahead.close()
  }

  async #entriesOf(items: readonly SourceItem[]): Promise<Entry[]> {
    const { shape, watermark, reads, expansion } = this.#parts
    const level = shape.levels[0]!
    const entries: Entry[] = []
    for (const item of items) {
      const { number, offset, line, input, failure } = item
      const entry = new Entry(level, number, { offset, line, input })
      if (failure !== undefined) entry.ending = { status: 'failed', failure }
      const found = await expansion.look(entry)
      watermark.read(number, offset, line)
      if (found !== 'settled') {
        watermark.open(entry)
        reads(number)
      }
      if (found === 'open' || entry.settledAs !== undefined) entries.push(entry)
      this.#keepInput(item)
    }
    return expansion.walked(level, entries)
  }

  #keepInput({ number, offset, line, input, failure }: SourceItem): void {
    if (!this.#parts.keepsInputs) return
    const kept = { offset, line, input, ...(failure === undefined ? {} : { failure: failure.toJSON() }) }
    this.#parts.recorder.done({ item: number, step: -1, key: '' }, jsonOf(kept), noFigures)
  }
}
