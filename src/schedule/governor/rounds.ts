import type { Flight } from './flight.ts'

/** What a lane did between two moments that lie about one answer apart. */
export interface Round {
  /** At the same time, on average. */
  readonly size: number
  readonly answers: number
  readonly ms: number
  /** Whether it used all it had. */
  readonly isFull: boolean
}

/**
 * Time in round trips: one is over when half as many attempts that began in it have ended as there could be at its start. (The very first
 * answer would do where all take the same time; here one may take a second and the next one a minute.)
 */
export class Rounds {
  #after = 0
  #size = 1
  #startedAt: number | undefined
  #answers = 0
  #own = 0
  #running = 0
  #isFull = false

  /**
   * Counts one answer.
   *
   * @param size how many there may be at the same time
   * @returns the round, if this was its end
   */
  add({ running, mark, begun }: Flight, size: number, now: number): Round | undefined {
    this.#startedAt ??= now
    this.#answers += 1
    this.#running += running
    if (running >= size) this.#isFull = true
    if (mark > this.#after) this.#own += 1
    if (this.#own < Math.max(1, this.#size / 2)) return undefined
    const round: Round = {
      size: this.#running / this.#answers,
      answers: this.#answers,
      ms: now - this.#startedAt,
      isFull: this.#isFull,
    }
    this.#after = begun
    this.#size = size
    this.#startedAt = now
    this.#answers = 0
    this.#own = 0
    this.#running = 0
    this.#isFull = false
    return round
  }
}
