import { expect, it } from 'vitest'
import { equation, Failure, values } from '../../../src/index.ts'
import { start, statuses, weft } from '../../support/runtime.ts'

it('goes on with what is known, without an attempt and without a slot', async () => {
  await start({ lanes: { one: { concurrency: 1, requestsPerMinute: 1 } } })
  const asked: number[] = []
  const double = (n: number) => {
    asked.push(n)
    return n * 2
  }
  const outcomes = await weft
    .pipeline([1, 2, 3])
    .step('double', double, { lane: 'one', known: (n) => (n === 2 ? undefined : { value: n * 20 }) })
    .step('text', (n) => `${n}`, { known: () => undefined })
  expect(values(outcomes).toSorted()).toEqual(['20', '4', '60'])
  expect(asked).toEqual([2])
  expect(outcomes.find(({ index }) => index === 0)?.attempts).toBe(1)
})

it('fails an item with the failure that is known', async () => {
  await start()
  const known = () => {
    throw new Failure('GONE', 'it was not there before either')
  }
  const run = weft.pipeline([1]).step('fetch', (n) => n, { known })
  const [outcome] = await run
  expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'GONE' }, attempts: 0, name: 'fetch' })
  expect(equation(run.stats().tally)).toBe('1 in = 0 done + 1 failed + 0 skipped + 0 cancelled')
})

it('lets what is known through a spent budget, and expands what is known of a flatMap', async () => {
  await start()
  const run = weft
    .pipeline([1, 2], { budget: { tasks: 1 }, ordered: true })
    .step('one', (n) => n, { known: (n) => (n === 1 ? { value: 10 } : undefined) })
    .flatMap((n) => [n, n + 1], { known: (n) => (n === 10 ? { value: [7, 8] } : undefined) })
  const outcomes = await run
  expect(statuses(outcomes)).toEqual(['done', 'done', 'skipped'])
  expect(values(outcomes.slice(0, 2))).toEqual([7, 8])
})
