import { expect, it } from 'vitest'
import { Book } from '../../../../src/batch/durable/figures/book.ts'
import { etaOf } from '../../../../src/batch/durable/figures/eta.ts'
import { Pace } from '../../../../src/batch/durable/figures/pace.ts'
import { shapeOf } from '../../../../src/batch/durable/item/shape.ts'
import type { LaneState } from '../../../../src/core/lane-state.ts'
import { noUsage } from '../../../../src/core/usage.ts'
import { each } from '../../../support/jobs.ts'

const shape = shapeOf([each('page', () => {}), each('answer', () => {}, { lane: 'claude' })], undefined)
const state: LaneState = { phase: 'steady', concurrency: 2, ceiling: 2, rates: {} }

/** One item of five is through, after a second in each step. */
function eta(claude: Partial<LaneState>) {
  const book = new Book(shape, undefined, { usage: noUsage })
  for (const at of [0, 1]) {
    Object.assign(book.steps[at]!, { arrived: 1, ended: 1, runMs: 1000 })
    book.live.steps[at]!.done = 1
  }
  const lanes = [
    { name: 'io', running: 0, waiting: 0, state: { ...state, concurrency: 4 } },
    { name: 'claude', running: 0, waiting: 0, state: { ...state, ...claude } },
  ]
  return etaOf(shape, book, 4, lanes, new Pace(2))
}

it('is as long as the lane needs that takes longest', () => {
  expect(eta({})).toEqual({ ms: 2000, by: 'claude' })
})

it('is known to nobody where a step is sent in batches', () => {
  expect(eta({ mode: 'batch', concurrency: 50_000 })).toBeUndefined()
})

it('goes by the pace of what waits for a worker, which holds none of the many slots of its lane', () => {
  const scored = shapeOf([each('score', () => {}, { lane: 'io', worksOn: 'cpu', concurrency: 64 })], undefined)
  const book = new Book(scored, undefined, { usage: noUsage })
  Object.assign(book.steps[0]!, { arrived: 1064, ended: 1000, runMs: 1000 })
  book.live.steps[0]!.done = 1000
  const lanes = ['io', 'cpu'].map((name) => ({ name, running: 0, waiting: 0, state: { ...state, concurrency: 1024 } }))
  const pace = new Pace(1)
  pace.look(5000, [1000])
  expect(etaOf(scored, book, 9936, lanes, pace)).toEqual({ ms: 50_000, by: 'cpu' })
})

it('has a pace of the last seconds, else of the whole time', () => {
  const pace = new Pace(2)
  expect(pace.of(0)).toBeUndefined()
  pace.look(20_000, [100, 0])
  pace.look(25_000, [100, 0])
  pace.look(30_000, [300, 0])
  expect([pace.of(0), pace.of(1)]).toEqual([0.02, undefined])
  pace.look(45_000, [300, 0])
  expect(pace.of(0)).toBe(300 / 45_000)
})
