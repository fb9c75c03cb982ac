import { describe, expect, it } from 'vitest'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import { Failure } from '../../../src/core/failure.ts'
import { collect, each, expand, filter, MemorySink, planOf, select } from '../../support/jobs.ts'

const numbers = Array.from({ length: 1000 }, (_, at) => at)

async function outcome(steps: Parameters<typeof planOf>[0], inputs: readonly unknown[] = numbers, isOrdered = true) {
  const records = new MemorySink()
  const report = new MemorySink()
  const plan = planOf(steps, inputs, { output: { records, report, isOrdered, fields: undefined } })
  await using run = await openJobRun(plan, { journal: 'memory' })
  const ended = await run.ended
  return { ended, records: records.records, report: report.records, progress: run.progress() }
}

describe('a durable run', () => {
  it('takes each item through each step', async () => {
    const { ended, records } = await outcome([each('double', (n) => Number(n) * 2), each('text', (n) => `is ${n}`)])
    expect(ended.broken).toBeUndefined()
    expect(ended).toMatchObject({ state: 'finished', tally: { in: 1000, done: 1000, cancelled: 0 } })
    expect(records.map(({ id, value }) => [id, value])).toEqual(numbers.map((n) => [String(n), `is ${n * 2}`]))
  })

  it('makes items of items, and counts them apart', async () => {
    const { ended, records } = await outcome(
      [
        expand('split', (n) => Array.from({ length: Number(n) % 3 }, (_, at) => `${n}/${at}`)),
        each('end', (text) => `${text}!`),
      ],
      [0, 1, 2],
    )
    expect(ended.tally).toEqual({ in: 3, done: 3, failed: 0, skipped: 0, cancelled: 0 })
    expect(ended.derived).toMatchObject({ in: 3, done: 3 })
    expect(records.map(({ id, value }) => [id, value])).toEqual([
      ['0', []],
      ['1.0', '1/0!'],
      ['2.0', '2/0!'],
      ['2.1', '2/1!'],
    ])
  })

  it('fails an item that lies too deep for others to be made of it, and no other', async () => {
    const twice = ['1', '2', '3', '4'].map((name) => expand(name, (n) => [n, n]))
    const { ended, records } = await outcome(twice, [0, 1])
    expect(ended).toMatchObject({ state: 'finished', tally: { in: 2, done: 2 }, derived: { done: 36, failed: 8 } })
    const failed = records.filter(({ status }) => status === 'failed')
    expect(new Set(failed.map(({ id, failure }) => [id.slice(0, 1), failure?.code].join()))).toEqual(
      new Set(['1,INVALID_INPUT']),
    )
  })

  it('says how each item ended that gave nothing', async () => {
    const torn = new Failure('INPUT_MALFORMED', 'line 2')
    const fails = each('fails', (n) => {
      if (n === 2) throw new Failure('TASK_FAILED', 'two')
      return n
    })
    const { ended, records } = await outcome(
      [fails, filter('odd', ({ last }) => Number(last) % 2 === 1)],
      [1, torn, 2, 4],
    )
    expect(records.map(({ status }) => status)).toEqual(['done', 'failed', 'failed', 'skipped'])
    expect(ended.tally).toEqual({ in: 4, done: 1, failed: 2, skipped: 1, cancelled: 0 })
    expect(ended.failures).toMatchObject([{ code: 'INPUT_MALFORMED' }, { code: 'TASK_FAILED' }, { code: 'FILTERED' }])
  })

  it('gives an item up when all its attempts have had their time', async () => {
    const hangs = each('slow', () => new Promise(() => {}), { timeoutMs: 60_000, totalTimeoutMs: 20 })
    const { records } = await outcome([hangs], [1])
    expect(records).toMatchObject([
      { failure: { code: 'TIMEOUT', message: 'slow ran past its limit of 20 ms in all' } },
    ])
  })

  it('says of effects that were given up that they may have been had', async () => {
    const hangs = each('slow', () => new Promise(() => {}), { timeoutMs: 20, effects: true, onInterrupted: 'fail' })
    const { records } = await outcome([hangs], [1])
    const message = 'slow ran past its limit of 20 ms and may have taken effect: look, then run weft retry --dead'
    expect(records).toMatchObject([
      { failure: { code: 'TIMEOUT', message, details: { limitMs: 20, mayHaveTakenEffect: true } } },
    ])
  })

  it('asks once which of all items go on', async () => {
    const { ended, records } = await outcome(
      [each('double', (n) => Number(n) * 2), select('large', (n) => Number(n) >= 6), each('text', (n) => `is ${n}`)],
      [1, 2, 3, 4],
    )
    expect(ended).toMatchObject({ state: 'finished', tally: { in: 4, done: 2, skipped: 2 } })
    expect(records.map(({ status, value, cause }) => value ?? cause?.code ?? status)).toEqual([
      'FILTERED',
      'FILTERED',
      'is 6',
      'is 8',
    ])
  })

  it('gathers all items, and goes on with them as one', async () => {
    const { ended, records, report } = await outcome(
      [
        each('double', (n) => Number(n) * 2),
        collect(),
        each('sum', (items) => (items as number[]).reduce((one, other) => one + other, 0), {
          prepare: ({ items }) => items!.map(({ last }) => last),
        }),
      ],
      [1, 2, 3],
    )
    expect(ended).toMatchObject({ state: 'finished', tally: { in: 3, done: 3 }, derived: { in: 1, done: 1 } })
    expect(records.map(({ value }) => value)).toEqual([2, 4, 6])
    expect(report).toMatchObject([{ id: 'collect-1.0', input: { items: 3 }, status: 'done', value: 12 }])
  })

  it('does equal work once', async () => {
    let calls = 0
    const { records } = await outcome(
      [
        each('count', (n) => {
          calls += 1
          return n
        }),
      ],
      Array.from({ length: 100 }, (_, at) => at % 5),
    )
    expect(calls).toBe(5)
    expect(records.map(({ value }) => value)).toEqual(Array.from({ length: 100 }, (_, at) => at % 5))
  })
})
