import type { ProviderReport } from '../core/provider.ts'
import { noUsage, type Usage } from '../core/usage.ts'
import { Agenda, type Place } from './agenda.ts'
import type { Alarm, Alarms } from './alarms.ts'
import type { Claim, Demand } from './demand.ts'
import { Fifo } from './fifo.ts'
import { type KeyedLane, LaneKeys } from './lane-keys.ts'
import { Latencies } from './latencies.ts'
import { type LaneLimits, maxAutoConcurrency } from './limits.ts'
import { Rates } from './rates.ts'
import { Seat } from './seat.ts'
import type { Ticker } from './ticker.ts'
import type { Turn } from './turn.ts'

export interface LaneServices {
  readonly clock: Ticker
  readonly alarms: Alarms
  readonly turn: Turn
}

/**
 * A named capacity shared by all runs. Attempts that go on come first, then demands in the order of the agenda. A claim whose key is
 * full goes back to its run, and the lane on to the next; when the key has a slot again, every run that waits for it is asked
 * again. What waits (for a slot, a key, a rate) holds nothing.
 */
export class Lane implements Alarm, KeyedLane {
  readonly name: string
  readonly limits: LaneLimits
  capacity: number
  bucket: Alarm['bucket']
  slot = -1
  #running = 0
  /** Attempts that gave their lease back to wait for something and will want it again. */
  #away = 0
  #paused = false
  #pumping = false
  readonly #services: LaneServices
  /** How long attempts took: of the runs that hedge. */
  readonly latencies: Latencies = new Latencies()
  readonly #agenda = new Agenda<Seat>()
  readonly #seats = new Set<Seat>()
  readonly #resuming = new Fifo<Claim>()
  readonly #rates: Rates | undefined
  readonly #keys: LaneKeys | undefined
  #drained: PromiseWithResolvers<void> | undefined

  constructor(name: string, limits: LaneLimits, services: LaneServices) {
    const { concurrency = 'auto', headroom = 0.8, perKey } = limits
    this.name = name
    this.limits = limits
    this.capacity = concurrency === 'auto' ? maxAutoConcurrency : concurrency
    this.#services = services
    this.#rates = Rates.of(limits, headroom, services.clock.latest)
    const { clock, alarms } = services
    this.#keys = perKey && new LaneKeys(perKey, headroom, clock, alarms, this)
  }

  /** Leases held now. */
  get running(): number {
    return this.#running
  }

  /** Claims that want a lease and have none. */
  get waiting(): number {
    let waiting = this.#resuming.size
    for (const { demand } of this.#seats) waiting += demand.ready
    return waiting
  }

  /** Whether anybody counts tokens. */
  get countsTokens(): boolean {
    return (this.limits.inputTokensPerMinute ?? this.limits.outputTokensPerMinute) !== undefined
  }

  /** Nearly as many tokens as may be reserved at once. */
  get tokenBurst(): Usage {
    return this.#rates?.tokenBurst ?? noUsage
  }

  get paused(): boolean {
    return this.#paused
  }

  /** A demand takes its seat, until it leaves. */
  join(demand: Demand): Seat {
    const seat = new Seat(this, demand)
    this.#seats.add(seat)
    return seat
  }

  leave(seat: Seat): void {
    if (this.#seats.delete(seat)) this.#agenda.leave(seat.place)
    this.#keys?.leave(seat)
    // Nobody waits for its rate: that keeps the process alive no longer.
    if (this.#seats.size === 0) this.#services.alarms.clear(this)
  }

  enter(seat: Seat): Place<Seat> {
    return this.#agenda.enter(seat)
  }

  /** For a seat that is to stand in the agenda. */
  list(seat: Seat): void {
    this.#agenda.add(seat, seat.place)
  }

  /** A claim that goes on with its attempt: it comes before all that begin one, and no rate counts it again. */
  resume(claim: Claim): void {
    this.#resuming.push(claim)
    this.pump()
  }

  release(claim: Claim): void {
    this.#running -= 1
    this.#keys?.release(claim)
    this.pump()
    if (this.#drained !== undefined) this.#endDrain()
  }

  /** The attempt gives its lease back and will ask for it again, with `resume`. */
  suspend(claim: Claim): void {
    this.#away += 1
    this.release(claim)
  }

  /** The attempt has ended while it was away. */
  forget(): void {
    this.#away -= 1
    this.#endDrain()
  }

  /** Sets the rates right when an attempt has ended. */
  settle(estimate: Usage, actual: Usage): void {
    this.#rates?.settle(estimate, actual, this.#services.clock.latest)
  }

  /** What the provider said to one of its attempts. */
  report(_report: ProviderReport): void {}

  /** Leases at the same time, from now on. */
  resize(capacity: number): void {
    this.capacity = capacity
    this.#services.clock.now()
    this.pump()
  }

  /** Begins nothing more, until `unpause`. Attempts that are on their way go on. */
  pause(): void {
    this.#paused = true
  }

  unpause(): void {
    this.#paused = false
    this.#services.clock.now()
    this.pump()
  }

  /** Pauses, and resolves once no attempt is on its way. */
  drain(): Promise<void> {
    this.#paused = true
    this.#drained ??= Promise.withResolvers()
    const { promise } = this.#drained
    this.#endDrain()
    return promise
  }

  /** The rate allows another attempt. */
  ring(): void {
    this.pump()
  }

  /**
   * Grants what can be granted. A task may end while it is being started: the outermost call does all the work. Whoever calls this, or
   * anything above, has read the clock just before: see `Ticker`.
   */
  readonly pump = (): void => {
    if (this.#pumping) return
    this.#pumping = true
    const { turn } = this.#services
    try {
      while (this.#running < this.capacity) {
        if (turn.over) {
          turn.resume(this.pump)
          return
        }
        if (this.#resuming.size > 0) this.#resumeFirst()
        else if (!this.#beginNext()) return
      }
    } finally {
      this.#pumping = false
    }
  }

  #resumeFirst(): void {
    const claim = this.#resuming.shift()!
    if (!claim.wanted) return this.#keys?.offer(claim.laneKey)
    if (this.#keys?.goOn(claim) === false) return
    this.#away -= 1
    this.#running += 1
    claim.granted()
  }

  /** False: nothing can begin now. */
  #beginNext(): boolean {
    const seat = this.#agenda.first
    if (this.#paused || seat === undefined || !this.#isOpen(this.#rates?.openAt)) return false
    // Whoever announces it while it is asked wants it to be asked again.
    seat.called = false
    const claim = seat.demand.next()
    if (claim === undefined) {
      if (!seat.called) {
        this.#agenda.drop(seat.place)
        seat.listed = false
      }
      return true
    }
    if (!claim.wanted) return true
    if (!this.#isOpen(this.#rates?.readyAt(claim.estimate))) {
      seat.demand.putBack(claim)
      return false
    }
    this.#agenda.turn(seat.place)
    if (this.#keys?.begin(claim, seat) === false) return true
    this.#rates?.reserve(claim.estimate, this.#services.clock.latest)
    this.#running += 1
    claim.granted()
    return true
  }

  /** Whether the rates allow now what they allow from `openAt` on. Calls back when they do. */
  #isOpen(openAt: number | undefined): boolean {
    const now = this.#services.clock.latest
    if (openAt === undefined || openAt <= now) return true
    this.#services.alarms.set(this, now, openAt - now)
    return false
  }

  #endDrain(): void {
    if (this.#drained === undefined || this.#running + this.#away > 0) return
    this.#drained.resolve()
    this.#drained = undefined
  }
}
