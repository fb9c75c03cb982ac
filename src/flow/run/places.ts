/**
 * How many tasks of a run are on, and whether another one may begin. A task that awaits another task of the same run steps aside, since
 * that one may need its place, and has a place again before it goes on.
 */
export class Places {
  /** Tasks whose attempts are on their way, those aside and second attempts included. */
  active = 0
  readonly #most: number
  /** By attempt: however many others it awaits, it has one place to give. */
  readonly #asides = new Map<object, Absence>()
  /** Those that want to go on. They come before any that would begin. */
  readonly #returning = new Set<object>()

  /** @param most at the same time; may be Infinity */
  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#returning.size > 0 || !this.#hasRoom
  }

  /** Whether one that is full now may have room when a task on another lane ends. */
  get isLimited(): boolean {
    return this.#most !== Number.POSITIVE_INFINITY
  }

  /** A task has begun or ended. */
  count(change: 1 | -1): void {
    this.active += change
    if (this.#returning.size > 0) this.#admitReturning()
  }

  /** An attempt waits for another task of its run. */
  stepAside(attempt: object): Aside {
    const absence = this.#asides.get(attempt) ?? { awaited: 0, over: Promise.withResolvers<void>() }
    this.#asides.set(attempt, absence)
    absence.awaited += 1
    if (this.#returning.delete(attempt)) {
      // It waits for more before it has its place back: what it had waited for may be what this needs.
      absence.over.resolve()
      absence.over = Promise.withResolvers()
    }
    this.#admitReturning()
    return { back: () => this.#back(attempt, absence), admit: () => this.#admit(attempt) }
  }

  #back(attempt: object, absence: Absence): Promise<void> {
    absence.awaited -= 1
    // The last of several brings the place back. It may have ended meanwhile.
    if (absence.awaited > 0 || this.#asides.get(attempt) !== absence) return Promise.resolve()
    if (this.#hasRoom) this.#admit(attempt)
    else this.#returning.add(attempt)
    return absence.over.promise
  }

  #admitReturning(): void {
    for (const attempt of this.#returning) {
      if (!this.#hasRoom) return
      this.#admit(attempt)
    }
  }

  #admit(attempt: object): void {
    this.#asides.get(attempt)?.over.resolve()
    this.#asides.delete(attempt)
    this.#returning.delete(attempt)
  }

  get #hasRoom(): boolean {
    return this.active - this.#asides.size < this.#most
  }
}

interface Absence {
  /** Tasks that it waits for. */
  awaited: number
  over: PromiseWithResolvers<void>
}

/** A task that has stepped aside. */
export interface Aside {
  /** What it waited for has ended: resolves when it may go on, at once if it waits for others still. Once. */
  back(): Promise<void>
  /** It counts again from now on, room or not: it has ended, say. */
  admit(): void
}
