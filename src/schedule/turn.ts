import type { Ticker } from './ticker.ts'

/** How long tasks may be started in one go before timers and sockets get their turn, in milliseconds. */
const turnMs = 10

/**
 * One turn of the event loop. Tasks that end at once would otherwise be started one after another, by microtasks alone, and
 * no timer, socket or signal would be served before the last of them.
 */
export class Turn {
  readonly #ticker: Ticker
  #endsAt = Number.POSITIVE_INFINITY
  #open = false
  readonly #resumed = new Set<() => void>()

  constructor(ticker: Ticker) {
    this.#ticker = ticker
  }

  get over(): boolean {
    if (!this.#open) this.#begin()
    return this.#ticker.latest > this.#endsAt
  }

  /** Calls back at the start of the next turn. */
  resume(callback: () => void): void {
    this.#resumed.add(callback)
  }

  #begin(): void {
    this.#open = true
    this.#endsAt = this.#ticker.latest + turnMs
    setImmediate(() => this.#end())
  }

  #end(): void {
    this.#open = false
    this.#ticker.now()
    const callbacks = [...this.#resumed]
    this.#resumed.clear()
    for (const callback of callbacks) callback()
  }
}
