/** Whoever waits for room in a budget. */
interface Starveling {
  wake(): void
}

/** The lines of a tree of runs that have a task which the budget may have room for when others have settled. */
export class Starving {
  readonly #lines = new Set<Starveling>()

  add(line: Starveling): void {
    this.#lines.add(line)
  }

  /** There may be room: all of them ask again, and those for whom there is none come back. */
  feed(): void {
    if (this.#lines.size === 0) return
    const lines = [...this.#lines]
    this.#lines.clear()
    for (const line of lines) line.wake()
  }
}
