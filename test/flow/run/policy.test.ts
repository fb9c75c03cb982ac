import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parseOptions } from '../../../src/core/options.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import { noUsage } from '../../../src/core/usage.ts'
import { deadline, policySchema, quorum, watcher } from '../../../src/flow/run/policy.ts'

describe('fail-fast', () => {
  it('ends the run with the first task that failed, and names it', () => {
    const watching = watcher('fail-fast')!
    const before = [outcome('done'), outcome('skipped'), outcome('cancelled')]
    expect(before.map((one) => watching.settled(one, { total: undefined, settled: 1 }))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(watching.settled(outcome('failed', 3), { total: undefined, settled: 4 })).toBe(
      'fetch #3 failed: BUSY: too busy',
    )
    expect(watching.deadlineMs).toBeUndefined()
  })
})

describe('the first', () => {
  it('ends the run, when it ended as was asked for', () => {
    const watching = watcher({ kind: 'first', of: ['done', 'failed'] })!
    const all = [undefined, outcome('skipped'), outcome('cancelled'), outcome('failed', 2)]
    expect(all.map((one) => watching.settled(one, { total: undefined, settled: 1 }))).toEqual([
      undefined,
      undefined,
      undefined,
      'fetch #2 won',
    ])
    expect(
      watcher({ kind: 'first', of: ['done'] })!.settled(outcome('failed'), { total: 2, settled: 1 }),
    ).toBeUndefined()
  })
})

describe('a quorum', () => {
  it('ends the run once it is reached', () => {
    const watching = watcher(quorum(2))!
    const reasons = ['done', 'failed', 'done'].map((status, index) =>
      watching.settled(outcome(status as 'done'), { total: undefined, settled: index + 1 }),
    )
    expect(reasons).toEqual([undefined, undefined, 'quorum of 2 reached'])
  })

  it('ends the run as soon as it is out of reach, which it is for as long as nobody knows how many tasks there are', () => {
    const watching = watcher(quorum(7))!
    for (const settled of [1, 2, 3]) expect(watching.settled(outcome('failed'), { total: 10, settled })).toBeUndefined()
    expect(watching.settled(outcome('skipped'), { total: undefined, settled: 4 })).toBeUndefined()
    expect(watching.settled(outcome('done'), { total: 10, settled: 5 })).toBe(
      'quorum of 7 out of reach: 1 of 10 done, 5 left',
    )
  })

  it('is out of reach before anything has run when there are too few', () => {
    expect(watcher(quorum(3))!.settled(undefined, { total: 2, settled: 0 })).toBe(
      'quorum of 3 out of reach: 0 of 2 done, 2 left',
    )
    for (const total of [3, undefined])
      expect(watcher(quorum(3))!.settled(undefined, { total, settled: 0 })).toBeUndefined()
  })

  it('decides no later and no earlier than the outcomes do', () => {
    const statuses = fc.array(fc.constantFrom('done', 'failed', 'skipped', 'cancelled'), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(statuses, fc.integer({ min: 1, max: 20 }), (ends, count) => {
        const watching = watcher(quorum(count))!
        ends.forEach((status, index) => {
          const done = ends.slice(0, index + 1).filter((end) => end === 'done').length
          const reason = watching.settled(outcome(status), { total: ends.length, settled: index + 1 })
          const possible = done + ends.length - index - 1
          expect(reason !== undefined).toBe(done >= count || possible < count)
          if (reason !== undefined) expect(reason.endsWith('reached')).toBe(done >= count)
        })
      }),
    )
  })
})

describe('policies', () => {
  it("are none to watch, or a time that is the caller's to watch", () => {
    expect(watcher('settle')).toBeUndefined()
    const watching = watcher(deadline(1_500))!
    expect(watching.deadlineMs).toBe(1_500)
    expect(watching.settled(outcome('failed'), { total: 1, settled: 1 })).toBeUndefined()
  })

  it('are refused when they are none', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => quorum(bad)).toThrow(`quorum: expected how many tasks have to be done, 1 or more, got ${bad}`)
    }
    for (const bad of [0, -1, Number.NaN]) {
      expect(() => deadline(bad)).toThrow(`deadline: expected milliseconds, more than 0, got ${bad}`)
    }
    expect(() => quorum(0)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  })

  it('are checked as an option, even when they were not made by the functions', () => {
    const options = v.strictObject({ policy: v.optional(policySchema, 'settle') })
    const parse = (policy: unknown): unknown => parseOptions(options, { policy }, 'map').policy
    const good = [undefined, 'settle', 'fail-fast', quorum(3), deadline(10), { kind: 'quorum', count: 3 }]
    expect(good.map(parse)).toEqual(['settle', ...good.slice(1)])
    for (const bad of ['all', 7, null, {}, { kind: 'quorum', count: 0 }, { kind: 'deadline', count: 1 }]) {
      expect(() => parse(bad)).toThrow(
        /^map: option policy: expected 'settle', 'fail-fast', quorum\(k\) or deadline\(ms\), got /,
      )
    }
  })
})

function outcome(status: Outcome<unknown>['status'], index = 0): Outcome<string> {
  const header = {
    id: `r1/${index}`,
    name: 'fetch',
    index,
    input: 'x',
    attempts: 1,
    retried: [],
    queuedMs: 0,
    runMs: 1,
  }
  const failure = new Failure('BUSY', 'too busy')
  const all = { ...header, usage: noUsage, value: 'y', failure, cause: failure, reason: 'enough' }
  return { ...all, status } as Outcome<string>
}
