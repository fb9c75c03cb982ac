/** How many go on before the event loop turns. */
const atOnce = 256

/** Lets those who come as a crowd through a few at a time, so that the event loop turns between them. */
export class Turnstile {
  #waiting: (() => void)[] = []
  /** Of those, how many have gone. */
  #gone = 0
  #passed = 0

  /** Resolves when it is one's turn, in the order in which they came. */
  async enter(): Promise<void> {
    if (this.#passed === 0) setImmediate(() => this.#turn())
    if (this.#passed < atOnce) {
      this.#passed += 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #turn(): void {
    this.#passed = 0
    for (const next of this.#waiting.slice(this.#gone, this.#gone + atOnce)) {
      next()
      this.#passed += 1
    }
    this.#gone += this.#passed
    if (this.#gone === this.#waiting.length) {
      this.#waiting = []
      this.#gone = 0
    }
    if (this.#passed > 0) setImmediate(() => this.#turn())
  }
}
