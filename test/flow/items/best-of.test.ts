import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRuntime, Failure, quorum, type Runtime } from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'

let weft: Runtime
const clock = new ManualClock()

beforeEach(async () => {
  weft = await createRuntime({ clock, random: () => 0.5, lanes: { one: { concurrency: 1 } } })
})

afterEach(async () => {
  await weft.close()
  expect(clock.pending).toBe(0)
})

describe('the best of n', () => {
  it('is the one with the highest score; of equal ones the earlier', async () => {
    const drafts = ['fair', 'good', 'poor', 'good']
    const marks: Record<string, number> = { poor: Number.NEGATIVE_INFINITY, fair: 2.5, good: 7 }
    const run = weft.bestOf(
      4,
      (index) => drafts[index]!,
      (draft) => marks[draft]!,
    )
    const { best, ranked, unranked, outcomes } = await run
    expect(best).toEqual({ index: 1, value: 'good', score: 7 })
    expect(ranked.map(({ index }) => index)).toEqual([1, 3, 0, 2])
    expect(unranked).toEqual([])
    expect(outcomes).toMatchObject(drafts.map((value, index) => ({ status: 'done', index, input: index, value })))
    expect(run.stats().tally).toMatchObject({ in: 4, done: 4 })
  })

  it('leaves out who has no score, and says why', async () => {
    const broken = new TypeError('no such field')
    const scores: (() => unknown)[] = [
      () => Number.NaN,
      () => 1,
      () => {
        throw broken
      },
      () => 'ten',
      async () => undefined,
      () => Promise.reject(new Failure('BUSY', 'the judge is busy', { retryable: true })),
    ]
    const { best, ranked, unranked, outcomes } = await weft.bestOf(
      scores.length,
      (index) => index,
      (value) => scores[value]!() as number,
    )
    expect(best).toEqual({ index: 1, value: 1, score: 1 })
    expect(ranked).toEqual([best])
    expect(unranked).toEqual([
      { index: 0, value: 0, reason: 'score: expected a number, got NaN' },
      { index: 2, value: 2, reason: 'score threw: no such field', cause: broken },
      { index: 3, value: 3, reason: 'score: expected a number, got string' },
      { index: 4, value: 4, reason: 'score: expected a number, got undefined' },
      { index: 5, value: 5, reason: 'score threw: the judge is busy', cause: expect.any(Failure) },
    ])
    expect(outcomes.map(({ status, attempts }) => [status, attempts])).toEqual(Array(6).fill(['done', 1]))
  })

  it('is among those that are done', async () => {
    const { best, ranked, outcomes } = await weft.bestOf(
      3,
      (index) => {
        if (index === 2) throw new Failure('REFUSED', 'no third one')
        return index
      },
      (value) => value,
    )
    expect(best?.index).toBe(1)
    expect(ranked).toHaveLength(2)
    expect(outcomes[2]).toMatchObject({ status: 'failed', failure: { code: 'REFUSED' } })
    const none = await weft.bestOf(
      2,
      () => {
        throw new Error('nothing')
      },
      () => 1,
    )
    expect(none.best).toBeUndefined()
  })

  it('keeps to a policy: the best of the first two', async () => {
    const gates = [gate(), gate(), gate()]
    const run = weft.bestOf(
      3,
      async (index) => {
        await gates[index]!.opened
        return index
      },
      (value) => value,
      { policy: quorum(2) },
    )
    await rest()
    gates[1]!.open()
    gates[0]!.open()
    const { best, outcomes } = await run
    expect(best?.index).toBe(1)
    expect(outcomes[2]).toMatchObject({ status: 'cancelled', reason: 'quorum of 2 reached' })
  })

  it('judges under the lease and the limits of the candidate, with its context', async () => {
    const judging = { now: 0, most: 0 }
    const { ranked } = await weft.bestOf(
      4,
      (index) => index,
      async (value, context) => {
        judging.now += 1
        judging.most = Math.max(judging.most, judging.now)
        await Promise.resolve()
        judging.now -= 1
        context.addUsage({ outputTokens: 5 })
        return value
      },
      { lane: 'one' },
    )
    expect(ranked.map(({ index }) => index)).toEqual([3, 2, 1, 0])
    expect(judging).toEqual({ now: 0, most: 1 })
    const hung = weft.bestOf(
      1,
      () => 'a value',
      () => new Promise<number>(() => {}),
      { timeoutMs: 50, retry: { maxAttempts: 1 } },
    )
    await clock.advance(100)
    expect((await hung).outcomes[0]).toMatchObject({ status: 'failed', failure: { code: 'TIMEOUT' } })
  })

  it('works within a task on the same lane of one slot', async () => {
    const [outcome] = await weft.map(
      ['x'],
      async (text, { run }) => {
        const { best } = await run.bestOf(
          3,
          (index) => text.repeat(index),
          (value) => value.length,
          { lane: 'one' },
        )
        return best?.value
      },
      { lane: 'one' },
    )
    expect(outcome).toMatchObject({ status: 'done', value: 'xx' })
  })

  it('rejects for misuse', async () => {
    const one = (): number => 1
    for (const bad of [0, 2.5, Number.NaN, '3' as unknown as number]) {
      await expect(weft.bestOf(bad, one, one)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    await expect(weft.bestOf(1, one, 7 as unknown as typeof one)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'bestOf: expected a function that scores a value, got number',
    })
    await expect(weft.bestOf(1, one, one, { key: () => 'x' } as object)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('unknown option key'),
    })
  })

  it('ranks as sorting by score and index does, whatever the scores', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 12 }), async (scores) => {
        const { ranked, unranked } = await weft.bestOf(
          scores.length,
          (index) => index,
          (index) => scores[index]!,
        )
        expect(ranked.length + unranked.length).toBe(scores.length)
        expect(unranked.map(({ index }) => index)).toEqual(
          [...scores.keys()].filter((index) => Number.isNaN(scores[index])),
        )
        for (const [place, { index, score }] of ranked.entries()) {
          expect(score).toBe(scores[index])
          const next = ranked[place + 1]
          if (next !== undefined) expect(score > next.score || (score === next.score && index < next.index)).toBe(true)
        }
      }),
    )
  })
})
