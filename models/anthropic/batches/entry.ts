import type { Message } from '@anthropic-ai/sdk/resources/messages'
import type { Failure } from '../../../src/core/failure.ts'
import { besideBytes, type Load } from './load.ts'
import { requestBytes } from './request-body.ts'

/** What one of those who asked gets. */
export interface Answered {
  readonly message: Message
  /** Of several who asked the same, one pays. */
  readonly isFirst: boolean
}

/** The body of a request. */
export interface Params {
  /** As JSON, in UTF-8: beside the engine's heap, which is collected late. */
  readonly json: Uint8Array
  /** Of it, what its task keeps while it waits, in bytes: not what it shares with others. */
  readonly keptBytes: number
}

/** Where a request is. */
export interface EntryPlace {
  /** The last who asked it has left. */
  unwanted(entry: Entry): void
}

interface Asker {
  readonly resolve: (answered: Answered) => void
  readonly reject: (reason: unknown) => void
  readonly signal: AbortSignal
  readonly leave: () => void
}

/** A request that is gathered, or in a batch, and all who ask it now: equal requests are one. */
export class Entry {
  readonly hash: string
  /** In the body of a batch. */
  readonly bytes: number
  place: EntryPlace | undefined
  /** How often the results of its batch had been read when it came. */
  pass = 0
  #json: Uint8Array | undefined
  readonly #waitingBytes: number
  readonly #load: Load
  /** There is one, nearly always. */
  #first: Asker | undefined
  #others: Set<Asker> | undefined

  constructor(hash: string, { json, keptBytes }: Params, load: Load) {
    this.hash = hash
    this.#json = json
    this.bytes = requestBytes(json)
    this.#waitingBytes = keptBytes + besideBytes
    this.#load = load
  }

  /** The body, as JSON; undefined once it is not kept any more. */
  get json(): Uint8Array | undefined {
    return this.#json
  }

  /** The body is not to be kept for hours: whoever needs it again makes it again. */
  release(): void {
    if (this.#json === undefined) return
    this.#json = undefined
    if (this.isWanted) this.#load.sent(this.bytes)
  }

  get isWanted(): boolean {
    return this.#first !== undefined
  }

  /** @throws Failure what `fail` is told; the signal's reason */
  join(signal: AbortSignal): Promise<Answered> {
    if (!this.isWanted) this.#load.came(this.#unsentBytes, this.#waitingBytes)
    return new Promise((resolve, reject) => {
      const asker: Asker = { resolve, reject, signal, leave: () => this.#leave(asker) }
      if (this.#first === undefined) this.#first = asker
      else {
        this.#others ??= new Set()
        this.#others.add(asker)
      }
      signal.addEventListener('abort', asker.leave, { once: true })
    })
  }

  answer(message: Message): void {
    let isFirst = true
    for (const { resolve } of this.#settle()) {
      resolve({ message, isFirst })
      isFirst = false
    }
  }

  fail(failure: Failure): void {
    for (const { reject } of this.#settle()) reject(failure)
  }

  /** Those who ask the other one ask this one. */
  merge(other: Entry): void {
    for (const { resolve, reject, signal } of other.#settle()) this.join(signal).then(resolve, reject)
  }

  get #unsentBytes(): number {
    return this.#json === undefined ? 0 : this.bytes
  }

  #leave(asker: Asker): void {
    if (this.#others?.delete(asker) !== true) {
      const [next] = this.#others ?? []
      this.#first = next
      if (next !== undefined) this.#others!.delete(next)
    }
    asker.reject(asker.signal.reason)
    if (this.isWanted) return
    this.place?.unwanted(this)
    this.#load.left(this.#unsentBytes, this.#waitingBytes)
  }

  #settle(): Asker[] {
    if (this.#first === undefined) return []
    const askers = [this.#first, ...(this.#others ?? [])]
    this.#first = undefined
    this.#others = undefined
    for (const { signal, leave } of askers) signal.removeEventListener('abort', leave)
    this.#load.left(this.#unsentBytes, this.#waitingBytes)
    return askers
  }
}
