import { Failure } from '../../../src/core/failure.ts'
import type { LaneControl, ResourceServices } from '../../../src/core/resource.ts'
import type { Secrets } from '../secrets.ts'
import { Batch } from './batch.ts'
import type { BatchApi } from './batch-api.ts'
import type { Desk } from './desk.ts'
import { type Answered, Entry, type Params } from './entry.ts'
import { Gathering } from './gathering.ts'
import { hashOf, Ledger, newLocal } from './ledger.ts'
import { Load } from './load.ts'
import { unanswered } from './result.ts'
import { Turnstile } from './turnstile.ts'

/** How long a creation that is on its way is waited for when the queue is closed, in milliseconds. */
const closingMs = 5_000

export interface QueueParts {
  readonly api: BatchApi
  readonly secrets: Secrets
  /** Of the API. */
  readonly address: string
  readonly lane: LaneControl
  readonly services: Pick<ResourceServices, 'clock' | 'random' | 'notes'>
}

/**
 * Requests that are answered together, in hours: gathered, sent as batches, asked for, and their results handed to whoever asks. What was
 * sent is in notes: after the process was killed, whoever asks the same again gets it from the batch that was sent then.
 */
export class BatchQueue implements AsyncDisposable {
  readonly #desk: Desk
  /** Thousands of tasks begin together. */
  readonly #turnstile = new Turnstile()
  readonly #lane: LaneControl
  readonly #load: Load
  readonly #gathering: Gathering
  /** Where a request is that was sent. */
  readonly #batches = new Map<string, Batch>()
  readonly #working = new Map<Batch, Promise<void>>()
  readonly #closing = new AbortController()
  readonly #cut = new AbortController()
  #loaded: Promise<void> | undefined

  constructor({ api, secrets, address, lane, services }: QueueParts) {
    const { clock, random, notes } = services
    this.#lane = lane
    this.#load = new Load(lane)
    this.#gathering = new Gathering(lane.batch, clock, (entries) => this.#send(entries))
    this.#desk = {
      api,
      secrets,
      clock,
      ledger: new Ledger(notes, address),
      limits: lane.batch,
      signal: this.#closing.signal,
      creating: this.#cut.signal,
      owned: new Set(),
      random: () => random(),
      tell: (why) => this.#tell(why),
      dropped: (batch, hash) => {
        if (this.#batches.get(hash) === batch) this.#batches.delete(hash)
      },
      gather: (entries) => {
        for (const entry of entries) {
          if (entry.json === undefined) entry.fail(unanswered('its batch was not created'))
          else this.#gather(entry)
        }
      },
      send: (entries) => this.#send(entries),
    }
  }

  /**
   * Resolves when one may ask: before the request is made, so that none waits for that.
   *
   * @throws Failure what `Notes` throw
   */
  async enter(): Promise<void> {
    this.#loaded ??= this.#takeUp()
    await this.#loaded
    await this.#turnstile.enter()
  }

  /**
   * The answer to a request, in hours. After `enter`.
   *
   * @throws Failure `BATCH_EXPIRED`, `REQUEST_REFUSED`, what the provider refuses; what `Notes` throw; the signal's reason. At once, if it
   *   is known at once
   */
  ask(params: Params, signal: AbortSignal): Promise<Answered> {
    signal.throwIfAborted()
    this.#closing.signal.throwIfAborted()
    const hash = hashOf(params.json)
    const batch = this.#batches.get(hash)
    const known = batch === undefined ? this.#gathering.get(hash) : batch.get(hash)
    if (known !== undefined) return known.join(signal)
    const entry = new Entry(hash, params, this.#load)
    if (batch === undefined && !this.#gathering.takes(entry)) throw tooLarge(this.#lane.batch.maxBytes)
    const answered = entry.join(signal)
    if (batch === undefined) this.#gather(entry)
    else {
      batch.add(entry)
      this.#work(batch)
    }
    return answered
  }

  /** What was gathered is not sent, what was sent goes on: the notes know it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return
    const closed = new Failure('RUNTIME_CLOSED', 'the runtime was closed')
    this.#closing.abort(closed)
    for (const entry of this.#gathering.clear()) entry.fail(closed)
    for (const batch of this.#working.keys()) batch.wake()
    const timer = this.#desk.clock.startTimer(() => this.#cut.abort(closed), closingMs)
    await Promise.all(this.#working.values())
    timer.stop()
  }

  /** Those of an earlier process. Of two that hold the same request the later one does. */
  async #takeUp(): Promise<void> {
    try {
      for (const [noted, hashes] of await this.#desk.ledger.load()) {
        const batch = new Batch(this.#desk, noted, hashes, false)
        for (const hash of hashes) this.#batches.set(hash, batch)
      }
    } catch (thrown) {
      // Whoever asks next tries again.
      this.#loaded = undefined
      throw thrown
    }
  }

  /** It may have been gathered already, while it was elsewhere. */
  #gather(entry: Entry): void {
    const there = this.#gathering.get(entry.hash)
    if (there !== undefined) return there.merge(entry)
    if (this.#gathering.isEmpty) this.#tell('gathers requests for a batch')
    this.#gathering.add(entry)
  }

  #send(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    const noted = { local: newLocal(), intendedAt: Date.now(), requests: entries.length }
    const batch = new Batch(
      this.#desk,
      noted,
      entries.map(({ hash }) => hash),
      true,
    )
    for (const entry of entries) {
      this.#batches.set(entry.hash, batch)
      batch.add(entry)
    }
    this.#work(batch)
  }

  #work(batch: Batch): void {
    if (this.#working.has(batch)) return
    const work = batch.work().then(() => {
      this.#working.delete(batch)
      // Somebody may have come while it was ending.
      if (batch.isWanted) this.#work(batch)
    })
    this.#working.set(batch, work)
  }

  #tell(why: string): void {
    const { size } = this.#working
    this.#lane.tell(size > 1 ? `${why} (${size} batches on their way)` : why)
  }
}

function tooLarge(maxBytes: number): Failure {
  const message = `the request alone is larger than a batch may be, which is ${maxBytes} bytes`
  return new Failure('REQUEST_REFUSED', message, { kind: 'input' })
}
