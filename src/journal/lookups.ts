import type { FoundFigures, FoundWork, WantedWork } from '../../workers/journal/protocol.ts'
import type { Recorded } from './journal.ts'
import { recorded } from './stored.ts'

interface Question {
  readonly places: number[]
  readonly keys: string[]
  readonly answer: Promise<FoundWork>
}

/** Most that are asked for at once: few enough that the thread is soon free for the next group. */
const mostAtOnce = 256

/** Joins what is looked up in one go into one question: a message for each piece of work would cost more than to find it. */
export class Lookups {
  readonly #ask: (wanted: WantedWork) => Promise<FoundWork>
  #open: Question | undefined

  constructor(ask: (wanted: WantedWork) => Promise<FoundWork>) {
    this.#ask = ask
  }

  /** What is done there, or dead. */
  async find(run: number, item: number, key: string): Promise<Recorded | undefined> {
    const { places, keys, answer } = this.#open ?? this.#begin()
    places.push(run, item)
    const at = keys.push(key) - 1
    if (keys.length === mostAtOnce) this.#open = undefined
    const { figures, values } = await answer
    const value = values[at]
    if (value === undefined) return undefined
    const [state, step, attempts, queuedMs, runMs] = figures.subarray(5 * at, 5 * at + 5) as unknown as FoundFigures
    return recorded({ item, step, key, state, attempts, queuedMs, runMs, value })
  }

  #begin(): Question {
    const places: number[] = []
    const keys: string[] = []
    const send = (): Promise<FoundWork> => {
      if (this.#open?.keys === keys) this.#open = undefined
      return this.#ask({ places: Float64Array.from(places), keys })
    }
    this.#open = { places, keys, answer: Promise.resolve().then(send) }
    return this.#open
  }
}
