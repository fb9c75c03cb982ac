import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noUsage } from '../../src/core/usage.ts'
import { Alarms } from '../../src/schedule/alarms.ts'
import { Backlog } from '../../src/schedule/backlog.ts'
import { Cores } from '../../src/schedule/cores.ts'
import type { Claim, Demand } from '../../src/schedule/demand.ts'
import { Lane } from '../../src/schedule/lane.ts'
import type { Seat } from '../../src/schedule/seat.ts'
import { Ticker } from '../../src/schedule/ticker.ts'
import { Turn } from '../../src/schedule/turn.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'

/** A lane with work on it, and what it has begun. */
class Place implements Demand {
  readonly isFull = false
  readonly priority = 0
  readonly party = {}
  readonly lane: Lane
  readonly backlog = new Backlog()
  readonly held: Claim[] = []
  readonly away: Claim[] = []
  granted = 0
  readonly #seat: Seat

  constructor(name: string, concurrency: number, cores: Cores, order: string[] = []) {
    const clock = new Ticker(new ManualClock())
    const services = { clock, alarms: new Alarms(clock), turn: new Turn(clock), random: () => 0.5, changed: () => {} }
    this.lane = new Lane(name, { concurrency }, services, cores)
    this.#seat = this.lane.join(this)
    this.#order = order
  }

  readonly #order: string[]

  ask(): void {
    const claim: Claim = {
      laneKey: undefined,
      wanted: true,
      estimate: noUsage,
      granted: () => {
        this.granted += 1
        this.#order.push(this.lane.name)
        this.held.push(claim)
      },
      skip: () => {},
    }
    this.backlog.push(claim)
    this.#seat.announce()
  }

  release(which = 0): void {
    const [claim] = this.held.splice(which % this.held.length, 1)
    if (claim !== undefined) this.lane.release(claim)
  }

  suspend(which: number): void {
    const [claim] = this.held.splice(which % this.held.length, 1)
    if (claim === undefined) return
    this.away.push(claim)
    this.lane.suspend(claim)
  }

  resume(which: number): void {
    const [claim] = this.away.splice(which % this.away.length, 1)
    if (claim !== undefined) this.lane.resume(claim)
  }

  get ready(): number {
    return this.backlog.size
  }
  next(): Claim | undefined {
    return this.backlog.next()
  }
  putBack(claim: Claim): void {
    this.backlog.putBack(claim)
  }
  park(): void {}
  keyFreed(): void {}
}

describe('lanes that share the cores', () => {
  it('never hold more leases together than there are cores, whatever happens, and all that is asked for is granted', () => {
    const step = fc.record({
      lane: fc.nat(1),
      what: fc.constantFrom(
        'ask',
        'ask',
        'ask',
        'release',
        'suspend',
        'resume',
        'pause',
        'unpause',
        'leave',
        'come back',
      ),
      which: fc.nat(20),
    })
    const sizes = fc.record({ cores: fc.integer({ min: 1, max: 4 }), one: fc.integer({ min: 1, max: 4 }) })
    fc.assert(
      fc.property(sizes, fc.array(step, { maxLength: 120 }), (size, steps) => {
        const cores = new Cores(size.cores)
        const places = [new Place('cpu', size.one, cores), new Place('local', 4, cores)] as const
        let asked = 0
        // One that comes back brings its leases: until they have ended there may be too many, but none begins.
        const check = (grantedBefore: number): void => {
          const sharing = places.filter(({ lane }) => lane.sharesCores)
          const held = sharing.reduce((sum, place) => sum + place.held.length, 0)
          const granted = sharing.reduce((sum, place) => sum + place.granted, 0)
          if (granted > grantedBefore) expect(held).toBeLessThanOrEqual(size.cores)
          for (const { lane, held } of places) expect(lane.running).toBe(held.length)
        }
        for (const { lane, what, which } of steps) {
          const place = places[lane]!
          const before = places.filter((one) => one.lane.sharesCores).reduce((sum, one) => sum + one.granted, 0)
          if (what === 'ask') {
            asked += 1
            place.ask()
          } else if (what === 'release') place.release(which)
          else if (what === 'suspend') place.suspend(which)
          else if (what === 'resume') place.resume(which)
          else if (what === 'pause') place.lane.pause()
          else if (what === 'unpause') place.lane.unpause()
          else if (what === 'leave') place.lane.sharesCores = false
          else place.lane.sharesCores = true
          if (what !== 'leave' && what !== 'come back') check(before)
        }
        for (const { lane } of places) lane.unpause()
        const isBusy = (): boolean => places.some(({ held, away }) => held.length + away.length > 0)
        for (let turns = 0; isBusy() && turns < 1_000; turns += 1) {
          for (const place of places) {
            place.resume(0)
            place.release()
          }
        }
        const first = places.reduce((sum, { away }) => sum + away.length, 0)
        expect(first).toBe(0)
        for (const { lane } of places) expect([lane.running, lane.waiting]).toEqual([0, 0])
        expect(places.reduce((sum, { granted }) => sum + granted, 0)).toBeGreaterThanOrEqual(asked)
      }),
      { numRuns: 300 },
    )
  })

  it('take turns where both have work', () => {
    const order: string[] = []
    const cores = new Cores(1)
    const [cpu, local] = [new Place('cpu', 2, cores, order), new Place('local', 2, cores, order)]
    for (let count = 0; count < 4; count += 1) {
      cpu.ask()
      local.ask()
    }
    while (cpu.held.length + local.held.length > 0) {
      cpu.release()
      local.release()
    }
    expect(order.join(' ')).toBe('cpu local cpu local cpu local cpu local')
  })

  it('leave the cores to the other where one works elsewhere', () => {
    const cores = new Cores(2)
    const [cpu, local] = [new Place('cpu', 2, cores), new Place('local', 2, cores)]
    for (const place of [local, local, cpu, cpu]) place.ask()
    expect([local.held.length, cpu.held.length]).toEqual([2, 0])
    local.lane.sharesCores = false
    expect([local.held.length, cpu.held.length]).toEqual([2, 2])
    local.lane.sharesCores = true
    local.release()
    local.ask()
    expect([local.held.length, cpu.held.length]).toEqual([1, 2])
  })
})
