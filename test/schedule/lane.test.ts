import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noUsage } from '../../src/core/usage.ts'
import { Alarms } from '../../src/schedule/alarms.ts'
import { Backlog } from '../../src/schedule/backlog.ts'
import type { Claim, Demand } from '../../src/schedule/demand.ts'
import { Lane, type LaneServices } from '../../src/schedule/lane.ts'
import { Ticker } from '../../src/schedule/ticker.ts'
import { Turn } from '../../src/schedule/turn.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'

class TestDemand implements Demand {
  readonly isFull: boolean = false
  readonly priority: number
  readonly party: object
  readonly backlog = new Backlog()
  constructor(priority = 0, party: object = {}) {
    this.priority = priority
    this.party = party
  }
  putBack(claim: Claim): void {
    this.backlog.putBack(claim)
  }
  get ready(): number {
    return this.backlog.size
  }
  next(): Claim | undefined {
    return this.backlog.next()
  }
  park(claim: Claim): void {
    this.backlog.park(claim)
  }
  keyFreed(key: string): void {
    this.backlog.keyFreed(key)
  }
}

/** Full as soon as it has one lease. */
class OneAtATime extends TestDemand {
  override isFull = false
  asked = 0
  override next(): Claim | undefined {
    this.asked += 1
    const claim = super.next()
    this.isFull = claim !== undefined
    return claim
  }
}

class TestClaim implements Claim {
  wanted = true
  held = false
  readonly estimate = noUsage
  readonly laneKey: string | undefined
  readonly onGranted: (claim: TestClaim) => void
  constructor(laneKey: string | undefined, onGranted: (claim: TestClaim) => void) {
    this.laneKey = laneKey
    this.onGranted = onGranted
  }
  skip(): void {
    this.wanted = false
  }
  granted(): void {
    this.held = true
    this.wanted = false
    this.onGranted(this)
  }
}

describe('a lane', () => {
  it('never passes its own limit nor that of a key, and grants every claim that stays wanted, in whatever order things happen', () => {
    const command = fc.record({
      demand: fc.nat(2),
      key: fc.constantFrom('a', 'b', undefined),
      action: fc.constantFrom('ask', 'ask', 'release', 'give up'),
      which: fc.nat(50),
    })
    const limits = fc.record({ lane: fc.integer({ min: 1, max: 4 }), key: fc.integer({ min: 1, max: 3 }) })
    fc.assert(
      fc.property(limits, fc.array(command, { maxLength: 80 }), (limit, commands) => {
        const lane = newLane(limit.lane, limit.key)
        const demands = [new TestDemand(), new TestDemand(), new TestDemand()]
        const seats = demands.map((demand) => lane.join(demand))
        const claims: TestClaim[] = []
        let gone = 0
        const check = (): void => {
          const held = claims.filter((claim) => claim.held)
          expect(held.length).toBeLessThanOrEqual(limit.lane)
          for (const key of ['a', 'b']) {
            expect(held.filter((claim) => claim.laneKey === key).length).toBeLessThanOrEqual(limit.key)
          }
          expect(lane.running).toBe(held.length)
        }
        const release = (claim: TestClaim): void => {
          claim.held = false
          gone += 1
          lane.release(claim)
        }
        for (const { demand, key, action, which } of commands) {
          if (action === 'ask') {
            const claim = new TestClaim(key, () => check())
            claims.push(claim)
            demands[demand]!.backlog.push(claim)
            seats[demand]!.announce()
          } else if (action === 'release') {
            const held = claims.filter((claim) => claim.held)
            if (held.length > 0) release(held[which % held.length]!)
          } else {
            const waiting = claims.filter((claim) => claim.wanted)
            if (waiting.length > 0) {
              waiting[which % waiting.length]!.wanted = false
              gone += 1
            }
          }
          check()
        }
        for (
          let held = claims.find((claim) => claim.held);
          held !== undefined;
          held = claims.find((claim) => claim.held)
        )
          release(held)
        expect(gone).toBe(claims.length)
        expect(lane.waiting).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('serves its demands in rotation', () => {
    const lane = newLane(1, 1)
    const order: string[] = []
    const demands = { a: new TestDemand(), b: new TestDemand() }
    const held: TestClaim[] = []
    for (const name of ['a', 'a', 'a', 'b', 'b', 'b'] as const) {
      const claim = new TestClaim(undefined, (granted) => {
        order.push(name)
        held.push(granted)
      })
      demands[name].backlog.push(claim)
    }
    lane.join(demands.a).announce()
    lane.join(demands.b).announce()
    for (let claim = held.shift(); claim !== undefined; claim = held.shift()) lane.release(claim)
    // The first had its second turn before the other came.
    expect(order.join('')).toBe('aababb')
  })

  it('does not ask a demand that is full, until it is announced again', () => {
    const lane = newLane(10, 10)
    const demand = new OneAtATime()
    const seat = lane.join(demand)
    const claims = [new TestClaim(undefined, () => {}), new TestClaim(undefined, () => {})]
    for (const claim of claims) demand.backlog.push(claim)
    seat.announce()
    expect(demand.asked).toBe(1)
    expect(claims.map(({ held }) => held)).toEqual([true, false])
    demand.isFull = false
    seat.call()
    lane.release(claims[0]!)
    expect(demand.asked).toBe(2)
    expect(claims[1]!.held).toBe(true)
  })
})

describe('a lane with a rate', () => {
  it('waits for it only while somebody waits for the lane', () => {
    const clock = new Ticker(new ManualClock())
    const alarms = new Alarms(clock)
    const lane = new Lane('test', { requestsPerMinute: 1 }, servicesOf(clock, alarms))
    const demand = new TestDemand()
    const seat = lane.join(demand)
    const claims = [new TestClaim(undefined, () => {}), new TestClaim(undefined, () => {})]
    for (const claim of claims) demand.backlog.push(claim)
    seat.announce()
    expect(claims.map(({ held }) => held)).toEqual([true, false])
    expect(alarms.size).toBe(1)
    seat.leave()
    expect(alarms.size).toBe(0)
  })
})

function newLane(concurrency: number, perKey: number): Lane {
  const clock = new Ticker(new ManualClock())
  const services = servicesOf(clock, new Alarms(clock))
  return new Lane('test', { concurrency, perKey: { concurrency: perKey } }, services)
}

function servicesOf(clock: Ticker, alarms: Alarms): LaneServices {
  return { clock, alarms, turn: new Turn(clock), random: () => 0.5, changed: () => {} }
}
