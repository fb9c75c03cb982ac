import { Failure } from '../../../core/failure.ts'
import type { OutputRecord, RecordSink } from '../../sinks/record-sink.ts'

/** The end of an item on its way out. */
export interface Unit {
  /** What the marks say when it is written: all that was settled up to here is. 0: they say it by other means. */
  readonly sequence: number
  /** Undefined: nothing is written of it. */
  readonly record: OutputRecord | undefined
  /** It belongs to the report, not to the records. */
  readonly isReport: boolean
  /** It is in the output, and what it says is in the journal. */
  confirm(): void
}

export interface OutletOptions {
  readonly records: RecordSink | undefined
  readonly report: RecordSink | undefined
  /** Bytes of `records` that are there already. */
  readonly bytes: number
  readonly sequence: number
  /** Resolves when all that was recorded up to now is committed. */
  readonly committed: () => Promise<void>
  /** Told after each batch how far the output has come. */
  readonly mark: (bytes: number, sequence: number) => void
  readonly broke: (failure: Failure) => void
  /** What a mark counts on survives a power cut. */
  readonly isSynced: boolean
}

/** Records that may wait to be written before whoever makes more waits, in bytes of their lines. */
const maxWaitingBytes = 2 ** 18

/** How often at most all is forced to the disk, in milliseconds: it may take that long. */
const syncEveryMs = 1000

/**
 * Writes what is settled in the order in which it came, in batches: each is in the journal before it is in the output, and in the output
 * before a mark says so.
 */
export class Outlet {
  readonly #options: OutletOptions
  #waiting: Unit[] = []
  #waitingBytes = 0
  #bytes: number
  #sequence: number
  #writing: Promise<void> | undefined
  #room: PromiseWithResolvers<void> | undefined
  #isBroken = false
  #markedAt = Number.NEGATIVE_INFINITY
  /** In the output, and no mark says so yet. */
  #written: Pick<Unit, 'sequence' | 'confirm'>[] = []

  constructor(options: OutletOptions) {
    this.#options = options
    this.#bytes = options.bytes
    this.#sequence = options.sequence
  }

  put(unit: Unit): void {
    if (this.#isBroken) return
    this.#waiting.push(unit)
    this.#waitingBytes += (unit.record?.line.length ?? 0) + unitBytes
    this.#writing ??= this.#write()
  }

  /** Resolves when there is room for more: at once, if there is. */
  async room(): Promise<void> {
    if (this.#isBroken || this.#waitingBytes < maxWaitingBytes) return
    this.#room ??= Promise.withResolvers()
    await this.#room.promise
  }

  /** Resolves when all that was put is written and marked, or cannot be. */
  async drain(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#isBroken || this.#written.length === 0) return
    try {
      await this.#mark()
      await this.#options.committed()
    } catch (thrown) {
      this.#break(thrown)
    }
  }

  async #write(): Promise<void> {
    try {
      // What comes in the same turn goes together.
      await new Promise(setImmediate)
      while (this.#waiting.length > 0 && !this.#isBroken) await this.#writeBatch()
    } catch (thrown) {
      this.#break(thrown)
    }
    this.#writing = undefined
  }

  async #writeBatch(): Promise<void> {
    const { committed, records, report } = this.#options
    const batch = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#room?.resolve()
    this.#room = undefined
    await committed()
    this.#bytes = (await append(records, batch, false)) ?? this.#bytes
    await append(report, batch, true)
    for (const { sequence, confirm } of batch) this.#written.push({ sequence, confirm })
    if (!this.#options.isSynced || performance.now() - this.#markedAt > syncEveryMs) await this.#mark()
  }

  async #mark(): Promise<void> {
    const { isSynced, records, report, mark } = this.#options
    if (isSynced) {
      await records?.sync()
      await report?.sync()
    }
    // Not before: where this fails, the last mark of all must not say more of the items than of the bytes.
    for (const { sequence, confirm } of this.#written) {
      this.#sequence = Math.max(this.#sequence, sequence)
      confirm()
    }
    this.#written = []
    this.#markedAt = performance.now()
    mark(this.#bytes, this.#sequence)
  }

  #break(thrown: unknown): void {
    if (!this.#isBroken) this.#options.broke(Failure.from(thrown))
    this.#isBroken = true
    this.#waiting = []
    this.#room?.resolve()
    this.#room = undefined
  }
}

/** What a unit takes beside its line. */
const unitBytes = 256

async function append(
  sink: RecordSink | undefined,
  batch: readonly Unit[],
  isReport: boolean,
): Promise<number | undefined> {
  if (sink === undefined) return undefined
  const records = batch.flatMap((unit) => (unit.isReport === isReport && unit.record ? [unit.record] : []))
  return records.length === 0 ? undefined : await sink.append(records)
}
