/** Things of which each serves one at a time: contexts, sequences. Who comes first is served first. */
export class Seats<T> {
  readonly #free: T[]
  readonly #waiting: ((seat: T) => void)[] = []

  constructor(seats: readonly T[]) {
    this.#free = [...seats]
  }

  /** @throws the signal's reason, while it waits or before; once it has a seat, `work` looks at the signal itself */
  async use<R>(signal: AbortSignal, work: (seat: T) => Promise<R>): Promise<R> {
    signal.throwIfAborted()
    const seat = this.#free.pop() ?? (await this.#next(signal))
    try {
      return await work(seat)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(seat)
      else next(seat)
    }
  }

  #next(signal: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const taken = (seat: T): void => {
      signal.removeEventListener('abort', left)
      resolve(seat)
    }
    const left = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(taken), 1)
      reject(signal.reason)
    }
    signal.addEventListener('abort', left, { once: true })
    this.#waiting.push(taken)
    return promise
  }
}
