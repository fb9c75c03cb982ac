import type { StoredWork, WorkPlace } from '../../workers/journal/protocol.ts'

interface Question {
  readonly places: WorkPlace[]
  readonly answer: Promise<readonly (StoredWork | undefined)[]>
}

type Ask = (places: readonly WorkPlace[]) => Promise<readonly (StoredWork | undefined)[]>

/** Most that are asked for at once: few enough that the thread is soon free for the next group. */
const mostAtOnce = 256

/** Joins what is asked for in one go into one question: a message for each piece of work would cost more than to look it up. */
export class Lookups {
  readonly #ask: Ask
  #open: Question | undefined

  constructor(ask: Ask) {
    this.#ask = ask
  }

  async find(place: WorkPlace): Promise<StoredWork | undefined> {
    const { places, answer } = this.#open ?? this.#begin()
    const at = places.push(place) - 1
    if (places.length === mostAtOnce) this.#open = undefined
    return (await answer)[at]
  }

  #begin(): Question {
    const places: WorkPlace[] = []
    const send = (): ReturnType<Ask> => {
      if (this.#open?.places === places) this.#open = undefined
      return this.#ask(places)
    }
    this.#open = { places, answer: Promise.resolve().then(send) }
    return this.#open
  }
}
