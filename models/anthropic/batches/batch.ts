import { Failure } from '../../../src/core/failure.ts'
import type { BatchState } from './batch-api.ts'
import { creationOf } from './creation.ts'
import type { Desk } from './desk.ts'
import type { Entry, EntryPlace } from './entry.ts'
import type { NotedBatch } from './ledger.ts'
import { Pace } from './pace.ts'
import { Reading } from './reading.ts'
import { unanswered } from './result.ts'
import { mostMissing, search } from './search.ts'
import { count, seconds, stateInWords } from './words.ts'

/** A creation that nobody heard of may still come to be listed, for so long, in milliseconds. */
const doubtMs = 120_000

/** One that was to be created so long ago was created then, or never. */
const createdByMs = 3_600_000

/**
 * One batch from its intent to its last result. It works while somebody asks for what is in it, and stands still otherwise.
 *
 *     gathered ──▶ doubtful ──▶ created ──▶ ended        doubtful: it may be there, and nobody knows its id: of a process that was
 *                    │  ▲                                killed, or because the connection was lost. It is looked for
 *                    ▼  └ the process before was killed
 *              not there: what was asked is gathered again
 */
export class Batch implements EntryPlace {
  readonly #desk: Desk
  readonly #pace: Pace
  #noted: NotedBatch
  /** What is in it and was neither handed over nor lost. */
  readonly #hashes: Set<string>
  readonly #entries = new Map<string, Entry>()
  #stage: 'gathered' | 'doubtful' | 'created' | 'ended'
  #doubtfulSince: number
  /** Of batches that it might have been. */
  readonly #misses = new Map<string, number>()
  /** Whether an earlier process made it, or it was read already: then more of what is in it may be about to be asked for. */
  #lingers: boolean
  /** When somebody has asked for something in it, last. */
  joinedAt = 0
  #passes = 0
  #shortReadings = 0
  #missing = 0

  /** @param isNew not of an earlier process */
  constructor(desk: Desk, noted: NotedBatch, hashes: Iterable<string>, isNew: boolean) {
    this.#desk = desk
    this.#noted = noted
    this.#hashes = new Set(hashes)
    this.#pace = new Pace(desk.clock, desk.random, desk.limits.pollMs)
    this.#stage = isNew ? 'gathered' : noted.id === undefined ? 'doubtful' : 'created'
    this.#lingers = !isNew
    const isOld = !isNew && Date.now() - noted.intendedAt >= createdByMs
    this.#doubtfulSince = desk.clock.now() - (isOld ? doubtMs : 0)
    if (noted.id !== undefined) desk.owned.add(noted.id)
  }

  get(hash: string): Entry | undefined {
    return this.#entries.get(hash)
  }

  /** Somebody asks for what is in it. */
  add(entry: Entry): void {
    this.#entries.set(entry.hash, entry)
    if (this.#stage === 'created' || this.#stage === 'ended') entry.release()
    this.joinedAt = this.#desk.clock.now()
    entry.pass = this.#passes
    entry.place = this
  }

  unwanted(entry: Entry): void {
    if (this.#entries.get(entry.hash) === entry) this.#entries.delete(entry.hash)
    if (this.#entries.size === 0) this.#pace.wake()
  }

  /** Resolves when nobody asks for anything in it any more. Throws nothing. */
  async work(): Promise<void> {
    while (this.isWanted) {
      try {
        await this.#step()
        this.#pace.succeeded()
        this.#missing = 0
      } catch (thrown) {
        if (!this.#desk.signal.aborted) await this.#mend(Failure.from(thrown))
      }
    }
    if (this.#stage === 'gathered') await this.#vanish()
  }

  wake(): void {
    this.#pace.wake()
  }

  /** Whether somebody asks for something in it. */
  get isWanted(): boolean {
    return this.#entries.size > 0 && !this.#desk.signal.aborted
  }

  #step(): Promise<void> {
    if (this.#stage === 'gathered') return this.#create()
    if (this.#stage === 'doubtful') return this.#find()
    return this.#stage === 'created' ? this.#poll() : this.#read()
  }

  async #create(): Promise<void> {
    const { ledger, tell } = this.#desk
    const entries = [...this.#entries.values()]
    // Whoever has left since it was gathered is not sent.
    this.#drop((hash) => !this.#entries.has(hash))
    this.#noted = { ...this.#noted, intendedAt: Date.now(), requests: entries.length }
    await ledger.intend(this.#noted, this.#hashes)
    tell(`a batch of ${count(entries.length)} requests is being sent`)
    // From here on it may be there, whatever becomes of us.
    this.#stage = 'doubtful'
    const creation = await creationOf(this.#desk, this.#noted.local, entries)
    this.#doubtfulSince = this.#desk.clock.now()
    if (creation.kind === 'there') return this.#adopt(creation.state)
    if (creation.kind === 'unclear') throw creation.failure
    this.#stage = 'gathered'
    if (creation.kind === 'refused') throw creation.failure
    // Too large for this server: two of half the size.
    await ledger.forget(this.#noted.local)
    const left = this.#leave()
    const half = Math.ceil(left.length / 2)
    this.#desk.send(left.slice(0, half))
    this.#desk.send(left.slice(half))
  }

  async #find(): Promise<void> {
    const { api, owned, signal, clock, ledger, tell } = this.#desk
    const found = await search(api, this.#noted, owned, this.#misses, signal)
    if (found.kind === 'there') {
      process.emitWarning(`message batch ${found.state.id} was created before, and is taken up again`, {
        code: 'WEFT_BATCH_ADOPTED',
      })
      return this.#adopt(found.state)
    }
    const isOver = clock.now() - this.#doubtfulSince >= doubtMs
    if (found.kind === 'none' && isOver) {
      await ledger.forget(this.#noted.local)
      return this.#desk.gather(this.#leave())
    }
    // It will show in hours, and others are to be sent meanwhile.
    if (isOver) for (const entry of this.#entries.values()) entry.release()
    const ms = Math.min(this.#pace.next(), doubtMs / 2)
    const suspects = found.kind === 'unclear' ? `, ${count(found.suspects)} may be it once ended` : ''
    tell(
      `a batch of ${count(this.#noted.requests)} requests may have been created${suspects}; looks again in ${seconds(ms)}`,
    )
    await this.#pause(ms)
  }

  async #adopt(state: BatchState): Promise<void> {
    this.#desk.owned.add(state.id)
    this.#noted = { ...this.#noted, id: state.id }
    this.#stage = state.hasEnded ? 'ended' : 'created'
    for (const entry of this.#entries.values()) entry.release()
    await this.#desk.ledger.note(this.#noted)
    this.#desk.tell(stateInWords(state, state.hasEnded ? undefined : this.#desk.limits.pollMs))
  }

  async #poll(): Promise<void> {
    const { api, signal } = this.#desk
    if (this.#lingers) await this.#pace.quiet(this, this.#desk.limits.lingerMs)
    else await this.#pause(this.#pace.next())
    if (!this.isWanted) return
    this.#lingers = false
    const state = await api.retrieve(this.#noted.id!, signal)
    if (state.hasEnded) this.#stage = 'ended'
    this.#desk.tell(stateInWords(state, state.hasEnded ? undefined : this.#pace.nextMs))
  }

  async #read(): Promise<void> {
    if (this.#lingers) await this.#pace.quiet(this, this.#desk.limits.lingerMs)
    if (!this.isWanted) return
    this.#lingers = true
    this.#passes += 1
    const reading = new Reading(this.#desk, this.#noted, this.#hashes, this.#entries)
    const isWhole = await reading.read((hash) => this.#desk.dropped(this, hash))
    if (!isWhole && ++this.#shortReadings < 3) {
      this.#lingers = false
      throw new Failure('CONNECTION_LOST', 'the results of a batch ended before all were there', { retryable: true })
    }
    // Whoever asked before and was not found will not be.
    const left = [...this.#entries.values()].filter(({ pass }) => pass < this.#passes)
    for (const { hash } of left) reading.lose(hash, unanswered('the results of its batch do not hold it'))
    const lost = await reading.settle((hash) => this.#desk.dropped(this, hash))
    const again = lost > 0 ? `, ${count(lost)} were not answered` : ''
    this.#desk.tell(`batch ${this.#noted.id}: its results are here${again}`)
  }

  /** Not for nobody: whoever left before it began woke nothing. */
  async #pause(ms: number): Promise<void> {
    if (this.isWanted) await this.#pace.pause(ms)
  }

  /** What can be tried again is, for as long as somebody waits; anything else is what they all get. */
  async #mend(failure: Failure): Promise<void> {
    const { tell } = this.#desk
    const isMissing = failure.details?.status === 404 && this.#noted.id !== undefined
    this.#missing = isMissing ? this.#missing + 1 : 0
    if (this.#missing === mostMissing) {
      await this.#vanish()
      return this.#fail(unanswered(`the provider has no batch ${this.#noted.id}`))
    }
    if (!failure.retryable && !isMissing) {
      if (this.#stage === 'gathered') await this.#vanish()
      return this.#fail(failure)
    }
    const ms = this.#pace.afterFailure(failure.retryAfterMs)
    tell(`batch ${this.#noted.id ?? `of ${count(this.#noted.requests)}`}: ${failure.message}; again in ${seconds(ms)}`)
    await this.#pause(ms)
  }

  #fail(failure: Failure): void {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) entry.fail(failure)
  }

  /** It is not there: those who asked for what is in it go elsewhere. */
  #leave(): readonly Entry[] {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    this.#drop()
    return entries
  }

  /** It is not there, or not any more: nobody is to find it. */
  async #vanish(): Promise<void> {
    this.#drop()
    await this.#desk.ledger.forget(this.#noted.local).catch(() => {})
  }

  #drop(which: (hash: string) => boolean = () => true): void {
    for (const hash of this.#hashes) {
      if (!which(hash)) continue
      this.#hashes.delete(hash)
      this.#desk.dropped(this, hash)
    }
  }
}
