import { setImmediate } from 'node:timers/promises'
import { Failure } from '../../../src/core/failure.ts'
import type { Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { hashIn, type NotedBatch } from './ledger.ts'
import { resultOf } from './result.ts'

/** One reading of the results of a batch. What nobody asks for is not kept: it is read again when somebody does. */
export class Reading {
  readonly #desk: Desk
  readonly #noted: NotedBatch
  readonly #hashes: Set<string>
  readonly #entries: Map<string, Entry>
  /** What got no answer, asked for or not. */
  readonly #lost = new Map<string, Failure>()

  /** @param hashes of what is left in it; @param entries of what is asked for: both lose what is settled */
  constructor(desk: Desk, noted: NotedBatch, hashes: Set<string>, entries: Map<string, Entry>) {
    this.#desk = desk
    this.#noted = noted
    this.#hashes = hashes
    this.#entries = entries
  }

  /**
   * Hands over every answer that is asked for as it comes.
   *
   * @returns whether there was a line for each request
   */
  async read(handedOver: (hash: string) => void): Promise<boolean> {
    const { api, signal, secrets } = this.#desk
    let lines = 0
    const seen = new Set<string>()
    for await (const { customId, result } of api.results(this.#noted.id!, signal)) {
      lines += 1
      // A chunk of the network holds hundreds: what waits for them is not to hold up the loop.
      if (lines % 256 === 0) await setImmediate()
      const hash = hashIn(customId, this.#noted.local)
      if (hash !== undefined) seen.add(hash)
      if (hash === undefined || !this.#hashes.has(hash)) continue
      const message = resultOf(result, secrets)
      if (Failure.is(message)) {
        this.#lost.set(hash, message)
        continue
      }
      const entry = this.#entries.get(hash)
      if (entry === undefined) continue
      this.#entries.delete(hash)
      this.#hashes.delete(hash)
      handedOver(hash)
      entry.answer(message)
    }
    return seen.size >= this.#noted.requests
  }

  lose(hash: string, failure: Failure): void {
    if (!this.#lost.has(hash)) this.#lost.set(hash, failure)
  }

  /**
   * Hands back what got no answer, once that is noted: so another attempt goes into another batch.
   *
   * @returns how many that are
   */
  async settle(dropped: (hash: string) => void): Promise<number> {
    const { ledger } = this.#desk
    const { local, requests } = this.#noted
    if (this.#lost.size === requests) await ledger.forget(local)
    else if (this.#lost.size > 0) await ledger.lose(local, [...this.#lost.keys()])
    for (const [hash, failure] of this.#lost) {
      const entry = this.#entries.get(hash)
      this.#entries.delete(hash)
      this.#hashes.delete(hash)
      dropped(hash)
      entry?.fail(failure)
    }
    if (this.#hashes.size === 0 && this.#lost.size < requests) {
      await ledger.note({ ...this.#noted, deliveredAt: Date.now() })
    }
    return this.#lost.size
  }
}
