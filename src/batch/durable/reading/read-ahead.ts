/**
 * Reads a source into a buffer ahead of whoever takes from it, so that what is there can be taken together.
 *
 * @param most that are held; at least 1
 */
export class ReadAhead<T> {
  readonly #most: number
  #items: T[] = []
  #isAtEnd = false
  #failure: { readonly thrown: unknown } | undefined
  #isClosed = false
  #arrived: PromiseWithResolvers<void> = Promise.withResolvers()
  #taken: PromiseWithResolvers<void> = Promise.withResolvers()

  constructor(source: AsyncIterable<T>, most: number) {
    this.#most = most
    void this.#read(source)
  }

  /**
   * What has arrived, once there is anything. Nothing: there is no more.
   *
   * @throws what the source threw, after all that it gave before
   */
  async take(): Promise<readonly T[]> {
    if (this.#items.length === 0 && !this.#isAtEnd) await this.#arrived.promise
    const items = this.#items
    this.#items = []
    this.#taken.resolve()
    this.#taken = Promise.withResolvers()
    if (!this.#isAtEnd) this.#arrived = Promise.withResolvers()
    if (items.length === 0 && this.#failure !== undefined) throw this.#failure.thrown
    return items
  }

  /** Reads no more. */
  close(): void {
    this.#isClosed = true
    this.#taken.resolve()
  }

  async #read(source: AsyncIterable<T>): Promise<void> {
    try {
      for await (const item of source) {
        if (this.#isClosed) break
        this.#items.push(item)
        this.#arrived.resolve()
        if (this.#items.length >= this.#most) await this.#taken.promise
      }
    } catch (thrown) {
      this.#failure = { thrown }
    }
    this.#isAtEnd = true
    this.#arrived.resolve()
  }
}
