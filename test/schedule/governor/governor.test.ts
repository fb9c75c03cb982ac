import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { Governor } from '../../../src/schedule/governor/governor.ts'

const half = (): number => 0.5

/** A lane that is always full: what begins and ends on it, one after the other. */
class FullLane {
  readonly governor: Governor
  now = 0
  begun = 0
  /** Marks of those that run. */
  readonly running: number[] = []

  constructor(governor: Governor) {
    this.governor = governor
    this.fill()
  }

  fill(): void {
    if (this.now < this.governor.coolsUntil) return
    while (this.running.length < this.governor.limit) {
      if (this.governor.isHeld) this.governor.reopened()
      this.begun += 1
      this.running.push(this.begun)
    }
  }

  /** All that run are answered, one after the other. */
  round(): void {
    for (const mark of [...this.running]) this.answer(mark)
  }

  answer(mark: number = this.running[0]!): void {
    this.governor.answered(this.#flight(mark), this.now)
    this.#end(mark)
  }

  refuse(retryAfterMs?: number, mark: number = this.running.at(-1)!): string | undefined {
    const options = retryAfterMs === undefined ? {} : { retryAfterMs }
    const failure = new Failure('RATE_LIMITED', 'too much', { kind: 'rate', ...options })
    const change = this.governor.refused(failure, this.#flight(mark), this.now)
    this.#end(mark)
    return change
  }

  /** Refused again and again, until the lane makes something of it. */
  refuseUntilItActs(): string {
    for (let count = 0; count < 20; count += 1) {
      const change = this.refuse()
      if (change !== undefined) return change
    }
    throw new Error('refused 20 times in a row, and nothing came of it')
  }

  overload(retryAfterMs?: number, mark: number = this.running.at(-1)!): string | undefined {
    const options = retryAfterMs === undefined ? {} : { retryAfterMs }
    const failure = new Failure('OVERLOADED', 'too much', { kind: 'overload', ...options })
    const change = this.governor.overloaded(failure, this.#flight(mark), this.now)
    this.#end(mark)
    return change
  }

  #flight(mark: number): { running: number; mark: number; begun: number } {
    return { running: this.running.length, mark, begun: this.begun }
  }

  #end(mark: number): void {
    this.running.splice(this.running.indexOf(mark), 1)
    this.fill()
  }
}

/** At 16, after two rounds of slow start. */
function at16(): FullLane {
  const lane = new FullLane(new Governor(1_024, true, half))
  lane.round()
  lane.round()
  expect(lane.governor.limit).toBe(16)
  return lane
}

describe('slow start', () => {
  it('doubles with each round of answers, up to the ceiling, and then says so', () => {
    const lane = new FullLane(new Governor(10, true, half))
    expect([lane.governor.limit, lane.governor.isStarting]).toEqual([4, true])
    lane.round()
    expect(lane.governor.limit).toBe(8)
    lane.round()
    expect([lane.governor.limit, lane.governor.isStarting]).toEqual([10, false])
  })

  it('does not grow where the lane does not use what it has', () => {
    const governor = new Governor(100, true, half)
    for (let mark = 1; mark <= 100; mark += 1) governor.answered({ running: 3, mark, begun: mark + 2 }, mark)
    expect(governor.limit).toBe(4)
  })

  it('begins no higher than its ceiling', () => {
    expect(new Governor(2, true, half).limit).toBe(2)
    expect(new Governor(2, false, half).limit).toBe(2)
  })
})

describe('a bad sign', () => {
  it('halves it once, however many that were on their way fail after it', () => {
    const lane = at16()
    expect(lane.refuse()).toBe('halved to 8: 429, resumes in 0.1 s')
    for (let count = 0; count < 5; count += 1) expect(lane.refuse()).toBeUndefined()
    expect(lane.governor.limit).toBe(8)
    expect(lane.overload()).toBeUndefined()
  })

  it('halves it again, when it comes of what began since', () => {
    const lane = at16()
    lane.refuse()
    while (lane.running.length > 0) lane.answer()
    lane.now = lane.governor.coolsUntil
    lane.fill()
    expect(lane.refuseUntilItActs()).toBe('halved to 2: 429, resumes in 0.1 s')
  })

  it('halves it for what is overloaded too, and cools', () => {
    const lane = at16()
    expect(lane.overload()).toBe('halved to 8: overloaded, resumes in 0.1 s')
    expect(at16().overload(12_000)).toBe('halved to 8: overloaded, resumes in 13 s')
  })

  it('only takes a step back that had been tried above what held', () => {
    const lane = at16()
    lane.refuse()
    lane.now = 10_000
    // Its way up from 8 goes by halves of what is left to 16: 12, 14, 15.
    while (lane.governor.limit < 12) {
      lane.now += 500
      lane.round()
    }
    expect(lane.refuseUntilItActs()).toBe('back to 8: 429, resumes in 0.1 s')
  })
})

describe('a refusal that says nothing more', () => {
  /** Every twentieth attempt is refused, which takes no time; the others take a second. */
  const serve = (lane: FullLane, attempts: number): string[] => {
    const changes: string[] = []
    for (let count = 0; count < attempts; count += 1) {
      if (lane.begun % 20 === 0) {
        const change = lane.refuse()
        if (change !== undefined) changes.push(change)
      }
      lane.now = Math.max(lane.now + 1_000 / lane.running.length, lane.governor.coolsUntil)
      lane.fill()
      lane.answer()
    }
    return changes
  }

  it('is noise on a lane of fixed concurrency, as long as it comes now and then', () => {
    const lane = new FullLane(new Governor(20, false, half))
    expect(serve(lane, 2_000)).toEqual([])
    expect([lane.governor.limit, lane.governor.coolsUntil]).toEqual([20, Number.NEGATIVE_INFINITY])
  })

  it('is load where it comes again and again', () => {
    const lane = new FullLane(new Governor(20, false, half))
    serve(lane, 2_000)
    expect(lane.refuseUntilItActs()).toBe('cools: 429, resumes in 0.1 s')
    // From nothing known: three of three.
    const single = new FullLane(new Governor(1, false, half))
    expect([single.refuse(), single.refuse()]).toEqual([undefined, undefined])
    expect(single.refuse()).toBe('cools: 429, resumes in 0.1 s')
  })

  it('ends slow start, but is no limit where the like comes at half of that too', () => {
    const lane = new FullLane(new Governor(400, true, half))
    const changes = serve(lane, 6_000)
    expect(changes[0]).toMatch(/^halved to/)
    expect(changes.length).toBeLessThan(4)
    expect(lane.governor.limit).toBe(400)
  })

  it('is load at once where it says for how long', () => {
    const lane = new FullLane(new Governor(20, false, half))
    serve(lane, 2_000)
    expect(lane.refuse(5_000)).toBe('cools: 429, resumes in 5.3 s')
  })
})

describe('cooling', () => {
  it('takes the longest of what is asked for, and up to a tenth more', () => {
    const lane = at16()
    expect(lane.refuse(12_000)).toBe('halved to 8: 429, resumes in 13 s')
    expect(lane.governor.coolsUntil).toBe(12_600)
    lane.refuse(2_000)
    expect(lane.governor.coolsUntil).toBe(12_600)
    lane.refuse(20_000)
    expect(lane.governor.coolsUntil).toBe(21_000)
  })

  it('grows where nothing is said, until something that began later is answered', () => {
    const lane = new FullLane(new Governor(1, false, half))
    const waits: number[] = []
    const refuse = (): void => {
      lane.refuseUntilItActs()
      waits.push(lane.governor.coolsUntil - lane.now)
      lane.now = lane.governor.coolsUntil
      lane.fill()
    }
    for (let count = 0; count < 12; count += 1) refuse()
    expect(waits).toEqual([75, 150, 300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 45_000, 45_000])
    lane.answer()
    refuse()
    expect(waits.at(-1)).toBe(75)
  })

  it('ends in a ramp: a few, and one more for each answer; after several refusals in a row one', () => {
    const lane = new FullLane(new Governor(20, false, half))
    lane.refuse(5_000)
    while (lane.running.length > 0) lane.answer()
    lane.now = lane.governor.coolsUntil
    lane.fill()
    expect([lane.running.length, lane.governor.isStarting]).toEqual([4, true])
    lane.round()
    expect(lane.running.length).toBe(8)
    lane.round()
    lane.round()
    expect([lane.running.length, lane.governor.isStarting]).toEqual([20, false])
    for (let count = 0; count < 2; count += 1) {
      lane.refuse()
      while (lane.running.length > 0) lane.refuse()
      lane.now = lane.governor.coolsUntil
      lane.fill()
    }
    expect(lane.running.length).toBe(1)
  })

  it('takes no slot from what still runs', () => {
    const lane = new FullLane(new Governor(20, false, half))
    lane.refuse(5_000)
    lane.answer()
    lane.now = lane.governor.coolsUntil
    lane.fill()
    expect(lane.running.length).toBe(18)
  })

  it('is hopeless after ten minutes of nothing but refusals', () => {
    const lane = new FullLane(new Governor(1, true, half))
    const until = (ms: number): void => {
      while (lane.now < ms) {
        lane.refuse()
        lane.now = lane.governor.coolsUntil
        lane.fill()
      }
    }
    until(500_000)
    expect(lane.governor.isHopeless(lane.now)).toBe(false)
    until(610_000)
    expect(lane.governor.isHopeless(lane.now)).toBe(true)
    lane.answer()
    expect(lane.governor.isHopeless(lane.now)).toBe(false)
  })

  it('does not count the time in which nobody used the lane', () => {
    const lane = new FullLane(new Governor(1, true, half))
    lane.refuse()
    lane.now = 700_000
    lane.fill()
    lane.refuse()
    expect(lane.governor.isHopeless(lane.now)).toBe(false)
  })
})

describe('the level', () => {
  /** Answers take a second and come evenly; the first tokens are late by what is said. */
  const serve = (lane: FullLane, seconds: number, firstTokenMs: (running: number) => number): void => {
    const end = lane.now + seconds * 1_000
    while (lane.now < end) {
      lane.now += 1_000 / Math.max(1, lane.running.length)
      lane.governor.firstToken(firstTokenMs(lane.running.length))
      lane.answer()
    }
  }

  it('is lowered where first tokens come later and later, and does not grow meanwhile', () => {
    const lane = new FullLane(new Governor(200, true, half))
    serve(lane, 20, () => 300)
    expect(lane.governor.limit).toBe(200)
    serve(lane, 4, () => 3_000)
    expect(lane.governor.limit).toBeLessThan(190)
    serve(lane, 20, () => 300)
    expect(lane.governor.limit).toBe(200)
  })

  it('goes back where more at the same time gets no more done', () => {
    const lane = new FullLane(new Governor(1_000, true, half))
    // Twenty a second, whatever is sent.
    let sum = 0
    for (let count = 0; count < 20_000; count += 1) {
      lane.now += 50
      lane.answer()
      sum += lane.governor.limit
    }
    expect(sum / 20_000).toBeLessThan(100)
  })

  it('ends slow start when first tokens are late', () => {
    const lane = new FullLane(new Governor(1_000, true, half))
    serve(lane, 2, () => 300)
    expect(lane.governor.isStarting).toBe(true)
    serve(lane, 2, () => 3_000)
    expect(lane.governor.isStarting).toBe(false)
  })

  it('grows on where it pays', () => {
    const lane = new FullLane(new Governor(1_000, true, half))
    serve(lane, 30, () => 300)
    expect(lane.governor.limit).toBe(1_000)
  })

  it('goes up again, faster and faster, after what was no fault of its own', () => {
    const lane = new FullLane(new Governor(400, true, half))
    serve(lane, 10, () => 300)
    for (let count = 0; count < 300 && lane.governor.limit === 400; count += 1) lane.overload()
    expect(lane.governor.limit).toBe(200)
    serve(lane, 20, () => 300)
    expect(lane.governor.limit).toBe(400)
  })
})

describe('whatever happens', () => {
  it('it stays between 1 and its ceiling, and never cools for longer than was asked', () => {
    const step = fc.record({
      what: fc.constantFrom(
        'answer',
        'answer',
        'answer',
        'refuse',
        'refuse for',
        'overload',
        'time',
        'token',
        'resize',
      ),
      which: fc.nat(1_000),
      ms: fc.nat(20_000),
    })
    const given = fc.record({
      ceiling: fc.integer({ min: 1, max: 60 }),
      adapts: fc.boolean(),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
    })
    fc.assert(
      fc.property(given, fc.array(step, { maxLength: 300 }), ({ ceiling, adapts, chance }, steps) => {
        const lane = new FullLane(new Governor(ceiling, adapts, () => chance))
        let most = ceiling
        for (const { what, which, ms } of steps) {
          const mark = lane.running[which % Math.max(1, lane.running.length)]
          if (what === 'time') lane.now += ms
          else if (what === 'token') lane.governor.firstToken(ms)
          else if (what === 'resize') {
            most = 1 + (which % 60)
            lane.governor.resize(most)
          } else if (mark !== undefined) {
            if (what === 'answer') lane.answer(mark)
            if (what === 'refuse') lane.refuse(undefined, mark)
            if (what === 'refuse for') lane.refuse(ms, mark)
            if (what === 'overload') lane.overload(which % 2 === 0 ? ms : undefined, mark)
          }
          lane.fill()
          const { limit, coolsUntil } = lane.governor
          expect(Number.isInteger(limit) && limit >= 1 && limit <= most).toBe(true)
          expect(coolsUntil - lane.now).toBeLessThanOrEqual(60_000)
        }
      }),
      { numRuns: 500 },
    )
  })
})
