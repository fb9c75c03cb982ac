import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Agenda, type Place } from '../../src/schedule/agenda.ts'
import type { Demand } from '../../src/schedule/demand.ts'
import type { Seat } from '../../src/schedule/seat.ts'
import { Seats } from '../../src/schedule/seats.ts'

/** The same order by an agenda alone, in which whoever has left stands until it is reached, and is passed over. */
class Model {
  readonly #agenda = new Agenda<Standing>()
  readonly #standing = new Map<Seat, Standing>()

  join(seat: Seat): void {
    const { priority, party } = seat
    const standing: Standing = { seat, priority, party, place: undefined, isThere: false, hasLeft: false }
    standing.place = this.#agenda.enter(standing)
    this.#standing.set(seat, standing)
  }

  call(seat: Seat): void {
    const standing = this.#standing.get(seat)!
    if (!standing.isThere) this.#agenda.add(standing, standing.place!)
    standing.isThere = true
  }

  get first(): Seat | undefined {
    while (this.#agenda.first?.hasLeft) this.#agenda.drop(this.#agenda.first.place!)
    return this.#agenda.first?.seat
  }

  drop(seat: Seat): void {
    const standing = this.#standing.get(seat)!
    if (standing.hasLeft) return
    this.#agenda.drop(standing.place!)
    standing.isThere = false
  }

  turn(seat: Seat): void {
    this.#agenda.turn(this.#standing.get(seat)!.place!)
  }

  leave(seat: Seat): void {
    const standing = this.#standing.get(seat)!
    standing.hasLeft = true
    this.#agenda.leave(standing.place!)
  }
}

interface Standing {
  readonly seat: Seat
  readonly priority: number
  readonly party: object
  place: Place<Standing> | undefined
  isThere: boolean
  hasLeft: boolean
}

const parties = [{}, {}]

const seated = fc.record({ priority: fc.nat(1), party: fc.nat(1) })

const step = fc.record({
  what: fc.constantFrom(
    'call',
    'call',
    'offer',
    'offer',
    'offer nothing',
    'offer nothing',
    'leave',
    'leave while asked',
  ),
  which: fc.nat(3),
  /** Another one calls while the first is asked. */
  meanwhile: fc.boolean(),
})

describe('seats', () => {
  it('are served as by an agenda alone, whether one or several have something to offer, and whoever leaves when', () => {
    fc.assert(
      fc.property(fc.array(seated, { minLength: 1, maxLength: 4 }), fc.array(step, { maxLength: 60 }), (all, steps) => {
        const seats = new Seats({ pump: () => {}, left: () => {} })
        const model = new Model()
        const there = all.map(({ priority, party }) => {
          const seat = seats.join({ priority, party: parties[party]! } as Demand)
          model.join(seat)
          return seat
        })
        const call = (which: number): void => {
          const seat = there[which % there.length]
          if (seat === undefined) return
          seat.call()
          model.call(seat)
        }
        const leave = (seat: Seat): void => {
          there.splice(there.indexOf(seat), 1)
          model.leave(seat)
          seats.leave(seat)
        }
        /** One that has left may still stand there: it is asked, and has nothing. */
        const next = (): Seat | undefined => {
          let seat = seats.first
          while (seat !== undefined && !there.includes(seat)) {
            seat.called = false
            seats.drop(seat)
            seat = seats.first
          }
          return seat
        }
        for (const { what, which, meanwhile } of steps) {
          const seat = next()
          expect(seat).toBe(model.first)
          if (what === 'call') call(which)
          else if (what === 'leave') {
            if (there.length > 0) leave(there[which % there.length]!)
          } else if (seat !== undefined) {
            seat.called = false
            if (what === 'leave while asked') leave(seat)
            if (meanwhile) call(which)
            if (what === 'offer') {
              seats.turn(seat)
              model.turn(seat)
            } else {
              if (!seat.called) model.drop(seat)
              seats.drop(seat)
            }
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
