import { Failure } from '../core/failure.ts'
import type { LaneState } from '../core/lane-state.ts'
import type { ProviderReport } from '../core/provider.ts'
import type { Usage } from '../core/usage.ts'
import type { Claim } from './demand.ts'
import type { Flight } from './governor/flight.ts'
import { Governor, longestCoolingMs } from './governor/governor.ts'
import { batchConcurrency, type LaneLimits, maxAutoConcurrency } from './limits.ts'
import { Rates } from './rates.ts'
import type { Ticker } from './ticker.ts'

export interface ThrottleServices {
  readonly clock: Ticker
  /** A number in [0, 1). */
  random(): number
  /** Is told what has changed on the lane, and why. */
  changed(lane: string, state: LaneState, why: string): void
}

/** The lane that is throttled. */
export interface Throttled {
  readonly name: string
  readonly running: number
  readonly paused: boolean
}

/** What a failure costs: one of the attempts that the task has, none of them, or all. */
export type Cost = 'one' | 'none' | 'all'

/** Which lane a failure was about: whoever catches and throws it on another one says nothing of that. */
const actedOn = new WeakMap<Failure, Throttle>()

/**
 * How much a lane may take: how many at the same time, how many a minute, and whether anything at all. What its attempts bring back (answers,
 * failures of a kind, what the provider said) ends here. A lane of fixed concurrency has a governor from the first bad sign on.
 */
export class Throttle {
  /** Most leases at the same time, now. */
  limit: number
  /** Most leases at the same time, ever. */
  ceiling: number
  /** Attempts begun so far: what stands here when one begins is its mark. */
  begun = 0
  /** Undefined: anything may begin. */
  rates: Rates | undefined
  /** `LANE_STOPPED`: nothing may begin any more, and nothing is to wait. */
  stopped: Failure | undefined
  /** Rates that do not count while it is stopped. */
  #laidAside: Rates | undefined
  #governor: Governor | undefined
  #why: string | undefined
  readonly #adapts: boolean
  /** What sends the batches keeps to what the provider says: nothing here has a governor. */
  readonly #isBatch: boolean
  readonly #limits: LaneLimits
  readonly #lane: Throttled
  readonly #services: ThrottleServices

  constructor(lane: Throttled, limits: LaneLimits, services: ThrottleServices) {
    this.#isBatch = limits.mode === 'batch'
    const usual = this.#isBatch ? batchConcurrency : 'auto'
    const { concurrency = usual, maxConcurrency = maxAutoConcurrency } = limits
    this.#lane = lane
    this.#limits = limits
    this.#services = services
    this.#adapts = concurrency === 'auto'
    this.ceiling = concurrency === 'auto' ? maxConcurrency : concurrency
    this.limit = this.ceiling
    this.rates = Rates.of(limits, this.#share, services.clock.latest)
    if (this.#adapts) this.#govern()
  }

  /** Whether anybody counts tokens, or may come to: a provider may state its limits at any time. */
  get countsTokens(): boolean {
    return this.#adapts || this.rates?.countsTokens === true
  }

  /** For how long nothing begins because it cools, in milliseconds. */
  get coolsMs(): number {
    return Math.max(0, (this.#governor?.coolsUntil ?? 0) - this.#now)
  }

  get state(): LaneState {
    const now = this.#services.clock.now()
    const { coolsMs } = this
    return {
      phase: this.#phase(coolsMs),
      ...(this.#isBatch ? { mode: 'batch' } : {}),
      concurrency: this.limit,
      ceiling: this.ceiling,
      ...(coolsMs > 0 && this.stopped === undefined ? { resumesInMs: coolsMs } : {}),
      ...(this.#why === undefined ? {} : { why: this.#why }),
      ...(this.stopped === undefined ? {} : { failure: this.stopped.toJSON() }),
      rates: (this.rates ?? this.#laidAside)?.state(now) ?? {},
    }
  }

  /** An attempt begins. */
  begin(claim: Pick<Claim, 'estimate'>): void {
    this.begun += 1
    this.rates?.reserve(claim.estimate, this.#services.clock.latest)
    if (this.#governor?.isHeld) this.#follow(this.#governor.reopened())
  }

  /** Sets the rates right when an attempt has ended. */
  settle(estimate: Usage, actual: Usage): void {
    const rates = this.rates ?? this.#laidAside
    rates?.settle(estimate, actual, this.#services.clock.latest)
  }

  /** An attempt has its result. */
  answered(mark: number): void {
    if (this.#governor !== undefined) this.#follow(this.#governor.answered(this.#flight(mark), this.#now))
  }

  /** An attempt has failed. */
  failed(failure: Failure, mark: number): void {
    const { kind, code, retryAfterMs } = failure
    const acting = kind ?? (code === 'TIMEOUT' ? 'timeout' : undefined)
    if (acting === undefined && this.#governor === undefined) return
    if (!actedOn.has(failure)) actedOn.set(failure, this)
    if (actedOn.get(failure) !== this) return
    if (isFinal(failure)) return this.#stop(failure)
    if (this.#isBatch) return
    const flight = this.#flight(mark)
    if (acting === 'rate') this.#follow(this.#govern().refused(failure, flight, this.#now))
    else if (acting === 'overload' || acting === 'timeout') {
      // A fixed lane takes a time limit that passed for the task's own affair.
      if (this.#adapts || acting === 'overload' || retryAfterMs !== undefined) {
        this.#follow(this.#govern().overloaded(failure, flight, this.#now))
      }
    } else if (acting === 'input' || acting === 'content') this.answered(mark)
    else if (this.#governor !== undefined) this.#follow(this.#governor.ended(flight, this.#now))
  }

  /**
   * What that failure, of which the lane was told, costs its task.
   *
   * @param refusedSince when the task was refused for its rate first, if it was: others may be answered all the time
   */
  costOf(failure: Failure, refusedSince: number | undefined): Cost {
    if (failure.kind === undefined || actedOn.get(failure) !== this) return 'one'
    if (isFinal(failure)) return 'all'
    if (this.#isBatch) return 'one'
    return failure.kind === 'rate' && !this.#governor?.isHopeless(this.#now, refusedSince) ? 'none' : 'one'
  }

  /** What the provider said to an attempt. What is no number is not heard. */
  report({ firstTokenMs, limits }: ProviderReport, mark: number): void {
    if (firstTokenMs !== undefined && firstTokenMs >= 0 && firstTokenMs < Number.POSITIVE_INFINITY) {
      this.#governor?.firstToken(firstTokenMs)
    }
    if (limits === undefined) return
    const learned = this.#needRates().correct(limits, this.begun - mark, this.#services.clock.now())
    if (learned.length > 0) this.tell(`learned its limits: ${learned.join(', ')}`)
  }

  /** @throws Failure `INVALID_OPTION` when it is less than 1, or none */
  resize(ceiling: number): void {
    if (!(ceiling >= 1)) {
      const { name } = this.#lane
      throw new Failure('INVALID_OPTION', `lane ${name}: expected a capacity of at least 1, got ${String(ceiling)}`)
    }
    this.ceiling = ceiling
    this.#governor?.resize(ceiling)
    this.limit = this.#governor?.limit ?? ceiling
  }

  /** Opens it again, if it was stopped. */
  reopen(): void {
    if (this.stopped === undefined) return
    this.stopped = undefined
    this.rates = this.#laidAside
    this.#laidAside = undefined
    if (this.#isBatch) return this.tell('resumed')
    this.#govern().reset()
    this.#follow(`resumed, ${this.#govern().limit} at a time`)
  }

  /** What was changed, or is going on: its state says so, and whoever listens is told. */
  tell(why: string): void {
    this.#why = why
    this.#services.changed(this.#lane.name, this.state, why)
  }

  #stop(failure: Failure): void {
    if (this.stopped !== undefined) return
    const { name } = this.#lane
    const message = `lane ${name} was stopped by ${failure.code}: ${failure.message}. When that is put right, lane('${name}').resume() opens it`
    this.stopped = new Failure('LANE_STOPPED', message, { cause: failure, details: { lane: name } })
    // What waits is to end now, not when a rate allows.
    this.#laidAside = this.rates
    this.rates = undefined
    this.tell(`stopped: ${failure.code}: ${failure.message}`)
  }

  /** Takes over what the governor makes of it. */
  #follow(why: string | undefined): void {
    const governor = this.#govern()
    this.limit = governor.limit
    if (governor.isHeld) this.#needRates().hold(governor.coolsUntil)
    if (why !== undefined) this.tell(why)
  }

  #govern(): Governor {
    if (this.#governor === undefined) {
      this.#governor = new Governor(this.ceiling, this.#adapts, this.#services.random)
      this.limit = this.#governor.limit
    }
    return this.#governor
  }

  #needRates(): Rates {
    if (this.stopped !== undefined) {
      this.#laidAside ??= this.#noRates
      return this.#laidAside
    }
    this.rates ??= this.#noRates
    return this.rates
  }

  get #noRates(): Rates {
    return new Rates({}, this.#share, this.#now)
  }

  get #share(): number {
    return this.#limits.headroom ?? 0.8
  }

  get #now(): number {
    return this.#services.clock.latest
  }

  #flight(mark: number): Flight {
    return { running: this.#lane.running, mark, begun: this.begun }
  }

  #phase(coolsMs: number): LaneState['phase'] {
    if (this.stopped !== undefined) return 'stopped'
    if (this.#lane.paused) return 'paused'
    if (coolsMs > 0) return 'cooling'
    return this.#governor?.isStarting ? 'slow-start' : 'steady'
  }
}

/** Nothing that is sent after it would be answered, or not for very long. */
function isFinal({ kind, retryAfterMs }: Failure): boolean {
  if (kind === 'spending-cap' || kind === 'auth') return true
  return (kind === 'rate' || kind === 'overload') && (retryAfterMs ?? 0) > longestCoolingMs
}
