import type { SourceItem } from '../../sources/source.ts'
import { jsonOf } from '../item/content-key.ts'
import { Entry } from '../item/entry.ts'
import type { Shape } from '../item/shape.ts'
import type { Expansion } from '../recall/expansion.ts'
import { noFigures } from '../recall/walk.ts'
import type { Recorder } from '../settling/recorder.ts'
import type { Watermark } from '../settling/watermark.ts'
import { ReadAhead } from './read-ahead.ts'

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

/** Items that are looked up in the journal together, and how many such batches are on their way at the same time. */
const batchSize = 256
const batchesAhead = 2

/** Items after which the event loop turns: a source that is never waited for would keep it from doing so. */
const itemsATurn = 64

interface Batch {
  readonly entries: readonly Entry[]
  readonly walk: Promise<void>
}

/** Makes entries of the items of a source: those that have something left to do, taken as far as the journal knows. In their order. */
export class Reading implements AsyncIterable<Entry> {
  readonly #parts: ReadingParts
  readonly #ahead: ReadAhead<SourceItem>
  readonly #walking: ReadAhead<Batch>

  constructor(source: AsyncIterable<SourceItem>, parts: ReadingParts) {
    this.#parts = parts
    this.#ahead = new ReadAhead(source, batchSize)
    this.#walking = new ReadAhead(this.#batches(), batchesAhead)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Entry, void> {
    const { room, ended } = this.#parts
    try {
      for (;;) {
        const batches = await this.#walking.take()
        if (batches.length === 0) break
        for (const batch of batches) {
          await batch.walk
          const entries = await this.#parts.expansion.grown(batch.entries)
          for (const [at, entry] of entries.entries()) {
            if (!entry.isLeft) yield entry
            if (at % itemsATurn === itemsATurn - 1) await new Promise(setImmediate)
          }
          await room()
          await new Promise(setImmediate)
        }
      }
      ended()
    } finally {
      this.close()
    }
  }

  close(): void {
    this.#ahead.close()
    this.#walking.close()
  }

  /** Each begun as soon as its items are there, and while those before it are looked up still. */
  async *#batches(): AsyncGenerator<Batch, void> {
    const { shape, expansion } = this.#parts
    for (;;) {
      const items = await this.#ahead.take()
      if (items.length === 0) return
      const entries = await this.#entriesOf(items)
      const walk = expansion.walk(shape.levels[0]!, entries)
      // Whoever takes the batch is told.
      walk.catch(() => {})
      yield { entries, walk }
    }
  }

  async #entriesOf(items: readonly SourceItem[]): Promise<Entry[]> {
    const { shape, watermark, reads, expansion } = this.#parts
    const level = shape.levels[0]!
    const entries: Entry[] = []
    for (const item of items) {
      const { number, offset, line, input, failure } = item
      const entry = new Entry(level, number, { offset, line, input })
      if (failure !== undefined) entry.ending = { status: 'failed', failure }
      const found = expansion.judge(entry, await expansion.end(entry))
      watermark.read(number, offset, line)
      if (found !== 'settled') {
        watermark.open(entry)
        reads(number)
      }
      if (found === 'open' || entry.settledAs !== undefined) entries.push(entry)
      this.#keepInput(item)
    }
    return entries
  }

  #keepInput({ number, offset, line, input, failure }: SourceItem): void {
    if (!this.#parts.keepsInputs) return
    const kept = { offset, line, input, ...(failure === undefined ? {} : { failure: failure.toJSON() }) }
    this.#parts.recorder.done({ item: number, step: -1, key: '' }, jsonOf(kept), noFigures)
  }
}
