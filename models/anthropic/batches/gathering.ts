import type { Clock, Timer } from '../../../src/core/clock.ts'
import type { BatchLimits } from '../../../src/core/resource.ts'
import type { Entry, EntryPlace } from './entry.ts'
import { envelopeBytes } from './request-body.ts'

/** Longest that a batch is gathered, in milliseconds. */
export const longestLingerMs = 300_000

/** Requests that are to become a batch: when there are enough, or when no more seem to come. */
export class Gathering implements EntryPlace {
  readonly #limits: BatchLimits
  readonly #clock: Clock
  readonly #send: (entries: readonly Entry[]) => void
  /** One batch is gathered while the one before is sent. */
  readonly #fullBytes: number
  #entries = new Map<string, Entry>()
  #bytes = envelopeBytes
  #firstAt = 0
  #lastAt = 0
  #timer: Timer | undefined

  constructor(limits: BatchLimits, clock: Clock, send: (entries: readonly Entry[]) => void) {
    this.#limits = limits
    this.#clock = clock
    this.#send = send
    this.#fullBytes = Math.min(limits.maxBytes, limits.maxUnsentBytes / 2)
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  get(hash: string): Entry | undefined {
    return this.#entries.get(hash)
  }

  add(entry: Entry): void {
    const { bytes } = entry
    if (this.#bytes + bytes > this.#fullBytes) this.flush()
    const now = this.#clock.now()
    if (this.#entries.size === 0) this.#firstAt = now
    this.#lastAt = now
    this.#bytes += bytes
    this.#entries.set(entry.hash, entry)
    entry.place = this
    if (this.#entries.size >= this.#limits.maxRequests) this.flush()
    else if (this.#timer === undefined) this.#wait(now)
  }

  /** Whether a request fits into a batch at all. */
  takes(entry: Entry): boolean {
    return envelopeBytes + entry.bytes <= this.#limits.maxBytes
  }

  flush(): void {
    const entries = [...this.#entries.values()]
    this.clear()
    if (entries.length > 0) this.#send(entries)
  }

  /** What is gathered is not sent. */
  clear(): readonly Entry[] {
    const entries = [...this.#entries.values()]
    this.#timer?.stop()
    this.#timer = undefined
    this.#entries = new Map()
    this.#bytes = envelopeBytes
    return entries
  }

  unwanted(entry: Entry): void {
    this.#entries.delete(entry.hash)
    this.#bytes -= entry.bytes
    if (this.#entries.size === 0) this.clear()
  }

  /** One timer, which looks when the last one came: not one for each. */
  #wait(now: number): void {
    const at = Math.min(this.#lastAt + this.#limits.lingerMs, this.#firstAt + longestLingerMs)
    this.#timer = this.#clock.startTimer(
      () => {
        this.#timer = undefined
        const then = this.#clock.now()
        if (then >= Math.min(this.#lastAt + this.#limits.lingerMs, this.#firstAt + longestLingerMs)) this.flush()
        else this.#wait(then)
      },
      Math.max(1, at - now),
    )
  }
}
