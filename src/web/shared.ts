import { aborted } from './failures.ts'

/**
 * Work that several callers wait for. Each may leave by its own signal without harm to the others; the work itself is aborted
 * when the last one has left.
 */
export class Shared<T> {
  readonly #controller = new AbortController()
  readonly #result: Promise<T>
  #waiting = 0

  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#result = start(this.#controller.signal)
    // Nobody may be left to see it fail.
    this.#result.catch(() => {})
  }

  /** Whether everybody has left: who comes now has to start anew. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted
  }

  /** The result; rejects as soon as the signal aborts. */
  async wait(signal?: AbortSignal): Promise<T> {
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(aborted(signal))
    this.#waiting++
    signal?.addEventListener('abort', leave)
    try {
      if (signal?.aborted) leave()
      return await Promise.race([this.#result, left.promise])
    } finally {
      signal?.removeEventListener('abort', leave)
      this.#waiting--
      if (this.#waiting === 0) this.#controller.abort()
    }
  }
}
