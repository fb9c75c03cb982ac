import type { Failure } from '../core/failure.ts'
import type { Alarm, Alarms } from './alarms.ts'
import type { CoreShare, Cores } from './cores.ts'
import type { Claim, Demand } from './demand.ts'
import { Fifo } from './fifo.ts'
import { type KeyedLane, LaneKeys } from './lane-keys.ts'
import { Latencies } from './latencies.ts'
import type { LaneLimits } from './limits.ts'
import { Room } from './room.ts'
import type { Seat } from './seat.ts'
import { Seats } from './seats.ts'
import { Throttle, type ThrottleServices } from './throttle.ts'
import type { Turn } from './turn.ts'

export interface LaneServices extends ThrottleServices {
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
  /** How much it may take, and what its attempts bring back about that. */
  readonly throttle: Throttle
  readonly room: Room
  bucket: Alarm['bucket']
  slot = -1
  #running = 0
  /** Attempts that gave their lease back to wait for something and will want it again. */
  #away = 0
  paused = false
  #pumping = false
  readonly #services: LaneServices
  /** How long attempts took: of the runs that hedge. */
  readonly latencies: Latencies = new Latencies()
  readonly #seats = new Seats(this)
  readonly #resuming = new Fifo<Claim>()
  readonly #keys: LaneKeys | undefined
  #drained: PromiseWithResolvers<void> | undefined
  readonly #cores: CoreShare | undefined

  /** @param cores that it shares with other lanes, one for each lease */
  constructor(name: string, limits: LaneLimits, services: LaneServices, cores?: Cores) {
    const { headroom = 0.8, perKey } = limits
    const { clock, alarms } = services
    this.name = name
    this.limits = limits
    this.#services = services
    this.#cores = cores?.share(this)
    this.throttle = new Throttle(this, limits, services)
    this.room = new Room(limits, this, this.#seats, clock)
    this.#keys = perKey && new LaneKeys(perKey, headroom, clock, alarms, this)
  }

  /** Leases held now. */
  get running(): number {
    return this.#running
  }

  /** Claims that want a lease and have none. */
  get waiting(): number {
    return this.#resuming.size + this.#seats.ready
  }

  /** Most leases at the same time; of a lane that finds out how many pay, what it may find. */
  get capacity(): number {
    return this.throttle.ceiling
  }

  /** Whether it has as many leases as it may have now. */
  get isFull(): boolean {
    return this.#running >= this.throttle.limit
  }

  /** A demand takes its seat, until it leaves. */
  join(demand: Demand): Seat {
    return this.#seats.join(demand)
  }

  left(seat: Seat): void {
    this.#keys?.leave(seat)
    // Nobody waits for its rate: that keeps the process alive no longer.
    if (this.#seats.isEmpty) this.#services.alarms.clear(this)
  }

  /** A claim that goes on with its attempt: it comes before all that begin one, and no rate counts it again. */
  resume(claim: Claim): void {
    this.#resuming.push(claim)
    this.pump()
  }

  release(claim: Claim): void {
    this.#running -= 1
    this.#cores?.give()
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

  /** An attempt has failed by itself. See `Throttle` for what follows. */
  failed(failure: Failure, mark: number): void {
    this.throttle.failed(failure, mark)
    // What waits for its key is to end as all else that waits.
    if (this.throttle.stopped !== undefined) this.#keys?.wakeAll()
  }

  /** Leases at the same time, from now on; where it finds out how many pay, at most. */
  resize(capacity: number): void {
    this.throttle.resize(capacity)
    this.#services.clock.now()
    this.pump()
  }

  /** Whether each of its leases takes one of the cores that its group shares. */
  get sharesCores(): boolean {
    return this.#cores?.isOn === true
  }

  set sharesCores(shares: boolean) {
    if (this.#cores === undefined) return
    this.#services.clock.now()
    this.#cores.isOn = shares
    this.pump()
  }

  /** Begins nothing more, until `unpause`. */
  pause(): void {
    this.paused = true
  }

  /** Ends a pause, and opens it again if it was stopped. */
  unpause(): void {
    this.paused = false
    this.#services.clock.now()
    this.throttle.reopen()
    this.pump()
  }

  /** Pauses, and resolves once no attempt is on its way. */
  drain(): Promise<void> {
    this.paused = true
    this.#drained ??= Promise.withResolvers()
    const { promise } = this.#drained
    this.#endDrain()
    return promise
  }

  /** A rate allows another attempt, or it has cooled. */
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
      while (this.#running < this.throttle.limit) {
        if (this.#resuming.size === 0 && this.#seats.first === undefined) return
        if (turn.over) return turn.resume(this.pump)
        if (this.#cores?.hasRoom === false) return
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
    this.#cores?.take()
    claim.granted()
  }

  /** False: nothing can begin now. */
  #beginNext(): boolean {
    const { throttle } = this
    const seat = this.#seats.first!
    if (this.paused || this.room.isFull || !this.#isOpen(throttle.rates?.openAt)) return false
    // Whoever announces it while it is asked wants it to be asked again.
    seat.called = false
    const claim = seat.demand.next()
    if (claim === undefined) {
      this.#seats.drop(seat)
      return true
    }
    if (!claim.wanted) return true
    if (throttle.stopped !== undefined) {
      claim.skip(throttle.stopped)
      return true
    }
    if (!this.#isOpen(throttle.rates?.readyAt(claim.estimate))) {
      seat.demand.putBack(claim)
      return false
    }
    this.#seats.turn(seat)
    if (this.#keys?.begin(claim, seat) === false) return true
    throttle.begin(claim)
    this.#running += 1
    this.#cores?.take()
    claim.granted()
    if (seat.demand.isFull) this.#seats.rest(seat)
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
