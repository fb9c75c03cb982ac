import type { Failure } from '../../core/failure.ts'
import { Cooling } from './cooling.ts'
import type { Flight } from './flight.ts'
import { Level } from './level.ts'
import { Refusals } from './refusals.ts'

/** What the lane takes after it was refused, before it goes up again. */
const few = 4
/** A provider that asks for more than this is not waited for, in milliseconds. */
export const longestCoolingMs = 600_000
/** So long refusals cost a task no attempt, when there is nothing else. */
const graceMs = 600_000
/** A lane that was not used for so long begins anew. */
const idleMs = 60_000

/**
 * What a lane makes of what its provider says: how many leases there may be at the same time, and when nothing may begin. Time and chance
 * come from outside, so that it can be tried out by itself.
 *
 * A refusal that does not say for how long may be noise, which changes nothing (see `Refusals`). What ends slow start is
 * load, and so is what is refused after cooling again and again.
 *
 * After a refusal that cools the lane comes a ramp: what still runs, or a few, and one more for each answer, up to where it is to be. Of
 * several attempts that fail together only the first makes it smaller: those that began before that do not count again.
 */
export class Governor {
  readonly #refusals = new Refusals()
  readonly #level: Level | undefined
  #ceiling: number
  #ramp = Number.POSITIVE_INFINITY
  readonly #cooling: Cooling
  /** It cools, or has cooled and nothing has begun since. */
  #isHeld = false
  /** How many attempts had begun when it was made smaller. */
  #loweredAt = 0
  #refusedSince: number | undefined

  /** @param adapts whether it finds out how many there may be; else there may be as many as the ceiling says */
  constructor(ceiling: number, adapts: boolean, random: () => number) {
    this.#ceiling = ceiling
    this.#level = adapts ? new Level(ceiling, this.#refusals) : undefined
    this.#cooling = new Cooling(random)
  }

  /** Most leases at the same time. From 1 to the ceiling. */
  get limit(): number {
    return Math.max(1, Math.min(this.#target, this.#ramp))
  }

  /** Nothing may begin before. */
  get coolsUntil(): number {
    return this.#cooling.until
  }

  /** Whether it is on its way up. */
  get isStarting(): boolean {
    return this.#ramp < this.#target || this.#level?.isStarting === true
  }

  /** Whether it says something at the first attempt that begins, and is to be told of it. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  resize(ceiling: number): void {
    this.#ceiling = ceiling
    this.#level?.resize(ceiling)
  }

  firstToken(ms: number): void {
    this.#level?.firstToken(ms)
  }

  /** Something begins after it has cooled. */
  reopened(): string {
    this.#isHeld = false
    return `begins again, ${this.limit} at a time`
  }

  /** @returns what has changed by it, if that is worth telling */
  answered(flight: Flight, now: number): string | undefined {
    this.#refusedSince = undefined
    if (this.#level?.isTrial !== true) this.#refusals.slide(flight.begun, this.#target)
    if (this.#isCooling(now)) return this.#drain(flight.running)
    if (flight.mark > this.#loweredAt) {
      this.#cooling.answered()
      if (this.#ramp < this.#target) {
        this.#ramp += 1
        if (this.#ramp >= this.#target) this.#ramp = Number.POSITIVE_INFINITY
        return undefined
      }
    }
    return this.#level?.answered(flight, now)
  }

  /** It failed by itself, whatever that says about the provider. */
  ended(flight: Flight, now: number): undefined {
    if (this.#isCooling(now)) this.#drain(flight.running)
  }

  /** 529, or no answer in time. @returns what has changed by it */
  overloaded({ kind, retryAfterMs }: Failure, flight: Flight, now: number): string | undefined {
    if (this.#isNoise(retryAfterMs, flight)) return this.ended(flight, now)
    const sign = kind === 'overload' ? 'overloaded' : 'no answer in time'
    const isNew = this.#isNew(flight)
    const change = isNew ? this.#changed((level) => level.overloaded(flight.running)) : undefined
    // What it has too much to do for is not over at once, and each try costs a task one of its attempts.
    if (isNew && kind === 'overload' && !isTime(retryAfterMs)) this.#cooling.backOff(now)
    return this.#cool(change, sign, retryAfterMs, flight, now)
  }

  /** 429. @returns what has changed by it */
  refused({ retryAfterMs }: Failure, flight: Flight, now: number): string | undefined {
    if (now > this.coolsUntil + idleMs) this.#refusedSince = now
    this.#refusedSince ??= now
    if (this.#isNoise(retryAfterMs, flight)) return this.ended(flight, now)
    const isNew = this.#isNew(flight)
    const change = isNew ? this.#changed((level) => level.refused(flight.running)) : undefined
    if (isNew && !isTime(retryAfterMs)) this.#cooling.backOff(now)
    return this.#cool(change, '429', retryAfterMs, flight, now)
  }

  /** Whether a refusal costs a task one of its attempts: nothing else has come for very long, to anybody or to this task. */
  isHopeless(now: number, refusedSince: number = now): boolean {
    return now - Math.min(refusedSince, this.#refusedSince ?? now) >= graceMs
  }

  /** What was in its way is gone. */
  reset(): void {
    this.#refusedSince = undefined
    this.#isHeld = false
    this.#ramp = Math.min(few, this.#target)
  }

  /** What it makes of the level, if that makes it another one. */
  #changed(lower: (level: Level) => string): string | undefined {
    if (this.#level === undefined) return undefined
    const before = this.#level.value
    const change = lower(this.#level)
    return this.#level.value === before ? undefined : change
  }

  #isCooling(now: number): boolean {
    return this.#isHeld && now < this.coolsUntil
  }

  get #target(): number {
    return this.#level?.value ?? this.#ceiling
  }

  /** Whether it began after the lane was made smaller last, so that it says something of how it is now. */
  #isNew(flight: Flight): boolean {
    if (flight.mark <= this.#loweredAt) return false
    this.#loweredAt = flight.begun
    this.#refusals.restart(flight.begun)
    return true
  }

  /** Counts it. */
  #isNoise(retryAfterMs: number | undefined, flight: Flight): boolean {
    if (isTime(retryAfterMs) || flight.mark <= this.#loweredAt) return false
    this.#refusals.add(flight)
    if (this.#level?.isStarting === true || this.#cooling.isRepeated) return false
    const isStep = this.#level?.isTrial === true || this.#cooling.isProbing
    if (this.#refusals.areLoad(flight, isStep)) return false
    if (!isStep) this.#level?.forgive()
    return true
  }

  #cool(
    change: string | undefined,
    sign: string,
    retryAfterMs: number | undefined,
    flight: Flight,
    now: number,
  ): string | undefined {
    const wasHeld = this.#isHeld
    // A lane that is asked for more is stopped before, unless it is a mere time limit that asks: that is not worth more.
    if (isTime(retryAfterMs)) this.#cooling.ask(Math.min(retryAfterMs, longestCoolingMs), now)
    if (this.coolsUntil > now) this.#isHeld = true
    this.ended(flight, now)
    // Others of the same moment that ask for a little more are no news.
    if (change === undefined && (wasHeld || !this.#isHeld)) return undefined
    const until = this.#isHeld ? `, resumes in ${seconds(this.coolsUntil - now)}` : ''
    return `${change ?? 'cools'}: ${sign}${until}`
  }

  /** One of those that run ends while nothing begins. */
  #drain(running: number): undefined {
    this.#ramp = Math.max(this.#cooling.isRepeated ? 1 : few, running - 1)
  }
}

function isTime(ms: number | undefined): ms is number {
  return ms !== undefined && ms > 0
}

/** Tenths below ten seconds. */
function seconds(ms: number): string {
  return `${ms < 9_950 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000)} s`
}
