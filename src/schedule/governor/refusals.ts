import type { Flight } from './flight.ts'

/** A level that holds, or that was fixed, may be refused so much before that says that it is too high. */
const usual = 0.1
/** Chance may refuse so many times what is known: that is itself an estimate, and is looked at again and again. */
const margin = 1.5
/** No provider refuses more than this by chance, whatever was learned. */
const most = 0.3
/** What is believed before anything is known: one refusal in twenty attempts, which weighs as much as ten attempts. */
const believed = { refused: 0.5, of: 10 }
/** Attempts that the known share is a mean of. */
const memory = 500
/** From so many on the share is known. */
const enough = 100
/** How unlikely chance has to be, in nats: one in 33 for a step, one in 400 for what has held. */
const stepDoubt = 3.5
const heldDoubt = 6

/**
 * Tells load from noise: of those attempts that have begun since the level is what it is, how many were refused, and whether that is more than
 * the share that is refused anyhow. That share is learned where the level is known to hold.
 *
 * Whether it is more says Chernoff's bound (H. Chernoff, "A Measure of Asymptotic Efficiency for Tests of a Hypothesis", 1952): of `n` attempts that
 * are each refused with probability `p`, a share of `q` or more is with probability `exp(-n KL(q ‖ p))` at most.
 *
 * What has begun and was not refused counts as taken, though it is not answered yet: answers take long and refusals do not, so among those
 * that have just ended nearly all were refused.
 */
export class Refusals {
  #refused = 0
  /** How many attempts had begun when counting began; less where some of what was counted is forgotten. */
  #from = 0
  /** Attempts up to this one say nothing of the level. */
  #since = 0
  readonly #known = { refused: 0, of: 0 }

  /** Whether what is refused anyhow is known, and no mere belief. */
  get isKnown(): boolean {
    return this.#known.of >= enough
  }

  add({ mark }: Flight): void {
    if (mark > this.#since) this.#refused += 1
  }

  /** @param isStep whether the level was not known to hold before it was tried: then a single refusal may be enough */
  areLoad({ begun }: Flight, isStep: boolean): boolean {
    const known = (this.#known.refused + believed.refused) / (this.#known.of + believed.of)
    const expected = Math.min(most, margin * (isStep ? known : Math.max(usual / margin, known)))
    return (
      doubt(this.#refused, Math.max(this.#refused, begun - this.#from), expected) > (isStep ? stepDoubt : heldDoubt)
    )
  }

  /** The level is another one: what comes of the attempts before is not counted. */
  restart(begun: number): void {
    this.#refused = 0
    this.#from = begun
    this.#since = begun
  }

  /** The level held: all that was refused meanwhile would have been anyhow. */
  learn(begun: number): void {
    this.#learn(this.#refused, begun - this.#from)
    this.restart(begun)
  }

  /** As `learn`, for a level that stays: of what is counted, half, as soon as that is many. */
  slide(begun: number, level: number): void {
    const of = begun - this.#from
    if (of < 2 * Math.max(20, level)) return
    this.#learn(this.#refused / 2, of / 2)
    this.#refused /= 2
    this.#from += of / 2
  }

  #learn(refused: number, of: number): void {
    const known = this.#known
    const keep = Math.min(1, memory / (known.of + of || 1))
    known.refused = (known.refused + refused) * keep
    known.of = (known.of + of) * keep
  }
}

/** How unlikely it is that so many of so many are refused by chance: the negative logarithm of the bound. */
function doubt(refused: number, of: number, expected: number): number {
  const share = refused / of
  if (of === 0 || share <= expected) return 0
  const others = share === 1 ? 0 : (1 - share) * Math.log((1 - share) / (1 - expected))
  return of * (share * Math.log(share / expected) + others)
}
