import type { Message } from '@anthropic-ai/sdk/resources/messages'
import type { Failure } from '../../../src/core/failure.ts'
import { requestBytes } from './request-body.ts'

/** What one of those who asked gets. */
export interface Answered {
  readonly message: Message
  /** Of several who asked the same, one pays. */
  readonly isFirst: boolean
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
  /** The body, as JSON; empty once its batch is there: it is not to be kept for hours. */
  params: string
  /** In the body of a batch. */
  readonly bytes: number
  /** Called when the last who asked has left. */
  unwanted: (entry: Entry) => void = () => {}
  /** How often the results of its batch had been read when it came. */
  pass = 0
  readonly #askers = new Set<Asker>()

  constructor(hash: string, params: string) {
    this.hash = hash
    this.params = params
    this.bytes = requestBytes(params)
  }

  /** @throws Failure what `fail` is told; the signal's reason */
  join(signal: AbortSignal): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#askers.delete(asker)
        reject(signal.reason)
        if (this.#askers.size === 0) this.unwanted(this)
      }
      const asker: Asker = { resolve, reject, signal, leave }
      this.#askers.add(asker)
      signal.addEventListener('abort', leave, { once: true })
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

  #settle(): Asker[] {
    const askers = [...this.#askers]
    this.#askers.clear()
    for (const { signal, leave } of askers) signal.removeEventListener('abort', leave)
    return askers
  }
}
