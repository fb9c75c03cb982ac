import type { Flight } from './flight.ts'
import { Gradient } from './gradient.ts'
import { Payoff } from './payoff.ts'
import type { Refusals } from './refusals.ts'
import { Rounds } from './rounds.ts'

/** Where slow start begins. */
const first = 4
const minPatienceMs = 1_000
const maxPatienceMs = 15_000
/** How much longer than a step is tried out it waits before it tries again what was refused. */
const restFactor = 4
/** And so many answers have to come before: each such try is one that is refused. */
const restAnswers = 100
const maxRestMs = 600_000

/**
 * How many at the same time a provider takes, felt out by trying. Pure: it knows no lane and no clock, only what it is told.
 *
 *     slow start     one more for each answer, so twice as many each round trip, until the first bad sign
 *     bad sign       half as many; or back to what had held, when it came of a step above that
 *     search         what was refused is remembered: half way to it, again and again, each step for as long as `patience`
 *     plateau        nothing is left between what held and what was refused: that is tried again, ever more rarely
 *     on from there  one more each round trip, then two, four … while it holds
 *
 * Additive increase and multiplicative decrease as in TCP (V. Jacobson, "Congestion Avoidance and Control", 1988); the search and the way on
 * are those of BIC (L. Xu, K. Harfoush, I. Rhee, "Binary Increase Congestion Control", INFOCOM 2004), but in time instead of round trips: a limit on
 * requests per minute shows itself only when what the provider had saved up for us is used. Patience doubles with each refusal and halves
 * when what was refused holds after all, so that a plateau costs next to nothing and a step is judged the longer, the more often one misled.
 * What is refused again after it was halved is not refused for how much it is: then nothing is remembered, and one goes up as after slow start.
 *
 * It never grows while the lane does not use what it has, nor while the first token is late (`Gradient`), and goes back where more brings
 * nothing (`Payoff`).
 */
export class Level {
  #value = first
  #ceiling: number
  #isStarting = true
  /** Held, as far as one knows. */
  #good = 1
  /** It was tried out, and is no mere guess. */
  #isTried = false
  /** Was refused. */
  #bad: number | undefined
  /** By what may have been chance, as far as was known then. */
  #isHearsay = false
  /** Refusals in a row of what was thought to hold. */
  #refuted = 0
  /** How long a step is tried out, in milliseconds. */
  #patienceMs = minPatienceMs
  /** Since when the level is what it is, and used. */
  #since: number | undefined
  /** How many attempts had begun when it became that. */
  #steppedAt = 0
  /** How many more each round trip brings. */
  #stride = 1
  #isBraking = false
  readonly #rounds = new Rounds()
  readonly #payoff = new Payoff()
  readonly #gradient = new Gradient()
  readonly #refusals: Refusals

  /** @param refusals is told since when the level is what it is, and when it has held */
  constructor(ceiling: number, refusals: Refusals) {
    this.#ceiling = ceiling
    this.#refusals = refusals
    this.#bound()
  }

  get value(): number {
    return Math.floor(this.#value)
  }

  get isStarting(): boolean {
    return this.#isStarting
  }

  /** Whether it is above what is known to hold. */
  get isTrial(): boolean {
    return !this.#isStarting && this.value > this.#good
  }

  resize(ceiling: number): void {
    this.#ceiling = ceiling
    this.#bound()
  }

  firstToken(ms: number): void {
    this.#gradient.add(ms)
  }

  /** An attempt was answered. @returns what follows from it, where that is more than a step upwards */
  answered(flight: Flight, now: number): string | undefined {
    const { running, mark, begun } = flight
    const isFull = running >= this.value
    const round = this.#rounds.add(flight, this.value, now)
    if (round !== undefined) {
      const slowed = this.#brake(this.#gradient.read())
      if (slowed !== undefined) return slowed
      const back = this.#payoff.add(round)
      if (back !== undefined && back < this.value) return this.#goBack(back)
    }
    if (running < this.value / 2) this.#since = undefined
    if (!isFull || this.#isBraking) return undefined
    if (this.#since === undefined) this.#step(begun, now)
    // As long as no attempt was answered that began at this level, it has shown nothing.
    return this.#grow(mark > this.#steppedAt ? now - this.#since! : 0, begun, now)
  }

  /**
   * The provider has too much to do, or no answer came.
   *
   * @param running how many at the same time that came of
   * @returns what follows
   */
  overloaded(running: number): string {
    const at = this.#end(running)
    this.#good = Math.min(this.#good, half(at))
    return this.#moveTo(half(at), `halved to ${half(at)}`)
  }

  /** The same where it said that it was too much of ours: that is remembered. */
  refused(running: number): string {
    const isStep = !this.#isStarting && Math.min(running, this.value) > this.#good
    const wasStarting = this.#isStarting
    const at = this.#end(running)
    const held = isStep ? Math.max(this.#good, half(at)) : half(at)
    this.#refuted = isStep || wasStarting ? 0 : this.#refuted + 1
    // On the way down nothing was tried out, so nothing misled.
    if (isStep || this.#isTried) this.#patienceMs = Math.min(maxPatienceMs, 2 * this.#patienceMs)
    if (!isStep) this.#isTried = false
    this.#bad = Math.max(2, at)
    this.#isHearsay = wasStarting || !this.#refusals.isKnown
    if (this.#refuted >= 2) this.#forget()
    this.#good = held
    return this.#moveTo(held, held > half(at) ? `back to ${held}` : `halved to ${held}`)
  }

  /** What holds was refused by chance: so it may have been chance, too, that ended the way up. It goes on as in slow start, but as a step. */
  forgive(): void {
    if (!this.#isHearsay) return
    this.#isHearsay = false
    this.#bad = undefined
    this.#stride = this.#value
  }

  #grow(heldMs: number, begun: number, now: number): string | undefined {
    if (this.#isStarting) {
      this.#value += 1
      this.#bound()
      if (this.#value < this.#ceiling) return undefined
      this.#isStarting = false
      return `slow start ended at its ceiling of ${this.value}`
    }
    if (this.#bad !== undefined) this.#search(this.#bad, heldMs, begun, now)
    else {
      if (heldMs >= this.#patienceMs) {
        this.#hold(begun)
        this.#stride *= 2
        this.#step(begun, now)
      }
      this.#value += Math.min(1, this.#stride / this.#value)
      this.#bound()
    }
    return undefined
  }

  #search(bad: number, heldMs: number, begun: number, now: number): void {
    const { value } = this
    const isPlateau = bad - value === 1 && !this.#isHearsay
    if (heldMs < (isPlateau ? restFactor : 1) * this.#patienceMs) return
    if (isPlateau && begun - this.#steppedAt < restAnswers && heldMs < maxRestMs) return
    this.#hold(begun)
    if (value < bad) this.#value = bad - value === 1 ? bad : Math.floor((value + bad) / 2)
    else {
      this.#bad = undefined
      this.#patienceMs = Math.max(minPatienceMs, this.#patienceMs / 2)
    }
    this.#bound()
    this.#step(begun, now)
  }

  #hold(begun: number): void {
    this.#good = this.value
    this.#isTried = true
    this.#refusals.learn(begun)
  }

  #step(begun: number, now: number): void {
    if (this.isTrial) this.#refusals.restart(begun)
    this.#steppedAt = begun
    this.#since = now
  }

  #forget(): void {
    this.#patienceMs = minPatienceMs
    this.#bad = undefined
    this.#refuted = 0
  }

  /** The formula of Gradient2, with room for a queue of the square root of what there is; it only ever lowers. */
  #brake(gradient: number): string | undefined {
    const was = this.#isBraking
    this.#isBraking = gradient < 1
    if (!this.#isBraking) return undefined
    const from = this.value
    this.#isStarting = false
    this.#stride = 1
    const braked = 0.8 * this.#value + 0.2 * (gradient * this.#value + Math.sqrt(this.#value))
    const why = this.#moveTo(Math.min(this.#value, braked), 'first tokens come later than usual')
    return was || from === this.value ? undefined : `lowered to ${this.value}: ${why}`
  }

  #goBack(to: number): string {
    const from = this.value
    this.#end(from)
    this.#patienceMs = Math.min(maxPatienceMs, 2 * this.#patienceMs)
    // All that was tried above it brought nothing: so the next try is a small one.
    this.#bad = Math.min(from, Math.ceil(1.2 * to) + 1)
    this.#good = to
    return this.#moveTo(to, `back to ${to}: ${from} at the same time got no more done`)
  }

  /** A bad sign ends all growth. @returns where it came */
  #end(running: number): number {
    this.#isStarting = false
    this.#stride = 1
    this.#payoff.reset()
    return Math.max(1, Math.min(this.value, running))
  }

  #moveTo(value: number, why: string): string {
    this.#value = value
    this.#since = undefined
    this.#bound()
    return why
  }

  #bound(): void {
    this.#value = Math.max(1, Math.min(this.#value, this.#ceiling))
  }
}

function half(level: number): number {
  return Math.max(1, Math.floor(level / 2))
}
