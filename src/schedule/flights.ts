/**
 * Single-flight: of the tasks of one kind with equal keys only the first runs, and the others share its end (after `singleflight` of Go's
 * groupcache).
 *
 * A flight exists from the first `board` to its `land`. Nothing is kept of a kind that has no flight, and a function that is a kind is
 * held weakly.
 */
export class Flights<T extends object> {
  readonly #named = new Map<string, Kind<T>>()
  readonly #functions = new WeakMap<object, Kind<T>>()
  #size = 0

  /** Flights that have not landed. */
  get size(): number {
    return this.#size
  }

  /**
   * Takes a task on. `leads`: it is the first, runs, and has to `land`. `follows`: it waits until its leader lands or it `leave`s.
   *
   * @param kind what keys are compared within: a name, or the function that the tasks run
   */
  board(kind: string | object, key: string, task: T): 'leads' | 'follows' {
    const flights = this.#of(kind)
    const flight = flights?.get(key)
    if (flight !== undefined) {
      flight.followers ??= new Set()
      flight.followers.add(task)
      return 'follows'
    }
    this.#size += 1
    const opened: Flight<T> = { leader: task, followers: undefined }
    if (flights === undefined) this.#open(kind, new Map([[key, opened]]))
    else flights.set(key, opened)
    return 'leads'
  }

  /** The task that others with this key would follow. */
  leader(kind: string | object, key: string): T | undefined {
    return this.#of(kind)?.get(key)?.leader
  }

  /**
   * Ends the flight and gives its followers, in the order in which they came. A leader that did not run to its end gives them nothing to
   * share: they board again, and the first of them leads. A task that leads no flight ends none.
   */
  land(kind: string | object, key: string, leader: T): T[] {
    const flights = this.#of(kind)
    const flight = flights?.get(key)
    if (flights === undefined || flight?.leader !== leader) return []
    this.#size -= 1
    flights.delete(key)
    if (flights.size === 0) this.#close(kind)
    return flight.followers === undefined ? [] : [...flight.followers]
  }

  /** A follower waits no longer. */
  leave(kind: string | object, key: string, task: T): void {
    this.#of(kind)?.get(key)?.followers?.delete(task)
  }

  #of(kind: string | object): Kind<T> | undefined {
    return typeof kind === 'string' ? this.#named.get(kind) : this.#functions.get(kind)
  }

  #open(kind: string | object, flights: Kind<T>): void {
    if (typeof kind === 'string') this.#named.set(kind, flights)
    else this.#functions.set(kind, flights)
  }

  #close(kind: string | object): void {
    if (typeof kind === 'string') this.#named.delete(kind)
    else this.#functions.delete(kind)
  }
}

/** The flights of one kind by key; never empty. */
type Kind<T> = Map<string, Flight<T>>

interface Flight<T> {
  readonly leader: T
  followers: Set<T> | undefined
}
