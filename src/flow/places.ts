/**
 * How many tasks of a run are on, and whether another one may begin. A task that awaits another task of the same run steps aside, since
 * that one may need its place, and has a place again before it goes on.
 */
export class Places {
  /** Tasks whose attempts are on their way, those aside and second attempts included. */
  active = 0
  readonly #most: number
  #aside = 0
  /** Tasks that want to go on. They come before any that would begin. */
  readonly #returning: Aside[] = []

  /** @param most at the same time; may be Infinity */
  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#returning.length > 0 || !this.#hasRoom
  }

  /** Whether one that is full now may have room when a task on another lane ends. */
  get isLimited(): boolean {
    return this.#most !== Number.POSITIVE_INFINITY
  }

  /** A task has begun or ended. */
  count(change: 1 | -1): void {
    this.active += change
    this.#letBack()
  }

  /** A task waits for another one of its run. */
  stepAside(): Aside {
    this.#aside += 1
    this.#letBack()
    const { promise, resolve } = Promise.withResolvers<void>()
    let isAside = true
    const admit = (): void => {
      if (!isAside) return
      isAside = false
      this.#aside -= 1
      resolve()
    }
    const aside: Aside = {
      admit,
      back: () => {
        if (this.#hasRoom) admit()
        else this.#returning.push(aside)
        return promise
      },
    }
    return aside
  }

  #letBack(): void {
    while (this.#returning.length > 0 && this.#hasRoom) this.#returning.shift()!.admit()
  }

  get #hasRoom(): boolean {
    return this.active - this.#aside < this.#most
  }
}

/** A task that has stepped aside. */
export interface Aside {
  /** It goes on as soon as there is room: then the promise resolves. */
  back(): Promise<void>
  /** It counts again from now on, room or not: it has ended, say. */
  admit(): void
}
