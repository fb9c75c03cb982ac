/**
 * Single-flight: of the tasks of one kind with equal keys only the first runs, and the others share its end. As in Go's
 * `golang.org/x/sync/singleflight`, but each that waits may leave by itself.
 *
 * A flight exists from the first `board` to its `land`. Nothing is kept of a kind that has no flight, and a kind that is no string is held
 * weakly.
 */
export class Flights<T extends object> {
  readonly #named = new Map<string, Kind<T>>()
  readonly #others = new WeakMap<object, Kind<T>>()
  #size = 0

  /** Flights that have not landed. */
  get size(): number {
    return this.#size
  }

  /**
   * Takes a task on. `leads`: it is the first, runs, and has to `land`. `follows`: it waits until the flight lands, or it `leave`s.
   *
   * @param kind what keys are compared within: a name, or the function that the tasks run
   */
  board(kind: string | object, key: string, task: T): 'leads' | 'follows' {
    const flights = this.#of(kind)
    const followers = flights?.get(key)
    if (followers === undefined) {
      this.#size += 1
      if (flights === undefined) this.#keep(kind, new Map([[key, alone]]))
      else flights.set(key, alone)
      return 'leads'
    }
    if (followers === alone) flights!.set(key, new Set([task]))
    else followers.add(task)
    return 'follows'
  }

  /**
   * Ends the flight; only its leader may. Gives its followers, in the order in which they came. A leader that came to no end of its own has none to
   * share: they board again, and the first of them leads.
   */
  land(kind: string | object, key: string): T[] {
    const flights = this.#of(kind)
    const followers = flights?.get(key)
    if (followers === undefined) return []
    this.#size -= 1
    flights!.delete(key)
    if (flights!.size === 0) this.#forget(kind)
    return [...followers]
  }

  /** A follower waits no longer. */
  leave(kind: string | object, key: string, task: T): void {
    const followers = this.#of(kind)?.get(key)
    if (followers !== alone) followers?.delete(task)
  }

  #of(kind: string | object): Kind<T> | undefined {
    return typeof kind === 'string' ? this.#named.get(kind) : this.#others.get(kind)
  }

  #keep(kind: string | object, flights: Kind<T>): void {
    if (typeof kind === 'string') this.#named.set(kind, flights)
    else this.#others.set(kind, flights)
  }

  #forget(kind: string | object): void {
    if (typeof kind === 'string') this.#named.delete(kind)
    else this.#others.delete(kind)
  }
}

/** The followers of each flight of one kind, by key; never empty. */
type Kind<T> = Map<string, Set<T>>

/** Of a flight that nobody has followed yet, as of most: one set for them all, which stays empty. */
const alone: Set<never> = new Set()
