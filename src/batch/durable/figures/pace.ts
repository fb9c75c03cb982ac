/** So far back, in milliseconds, a pace looks. */
const windowMs = 10_000

interface Sample {
  readonly atMs: number
  readonly ended: readonly number[]
}

/** How fast each step gets its work done, by what has ended in the last seconds. A mutable record: it is told whenever somebody looks at the progress. */
export class Pace {
  readonly #begun: Sample
  #samples: Sample[]

  /** @param steps how many there are */
  constructor(steps: number) {
    this.#begun = { atMs: 0, ended: Array.from({ length: steps }, () => 0) }
    this.#samples = [this.#begun]
  }

  /**
   * @param atMs since the run began
   * @param ended how many tasks of each step have, since then
   */
  look(atMs: number, ended: readonly number[]): void {
    const all = [...this.#samples, { atMs, ended }]
    const first = all.findLastIndex((one) => one.atMs <= atMs - windowMs)
    this.#samples = all.slice(Math.max(0, first))
  }

  /** In tasks a millisecond. Where none has ended lately, over the whole time; undefined where none has at all. */
  of(step: number): number | undefined {
    const last = this.#samples.at(-1)!
    const lately = between(this.#samples[0]!, last, step)
    const pace = lately > 0 ? lately : between(this.#begun, last, step)
    return pace > 0 ? pace : undefined
  }
}

function between(from: Sample, to: Sample, step: number): number {
  return to.atMs > from.atMs ? (to.ended[step]! - from.ended[step]!) / (to.atMs - from.atMs) : 0
}
