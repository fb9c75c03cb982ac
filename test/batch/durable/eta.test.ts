import { expect, it } from 'vitest'
import { Book } from '../../../src/batch/durable/book.ts'
import { etaOf } from '../../../src/batch/durable/eta.ts'
import { shapeOf } from '../../../src/batch/durable/shape.ts'
import type { LaneState } from '../../../src/core/lane-state.ts'
import { noUsage } from '../../../src/core/usage.ts'
import { each } from '../../support/jobs.ts'

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
  return etaOf(shape, book, 4, lanes)
}

it('is as long as the lane needs that takes longest', () => {
  expect(eta({})).toEqual({ ms: 2000, by: 'claude' })
})

it('is known to nobody where a step is sent in batches', () => {
  expect(eta({ mode: 'batch', concurrency: 50_000 })).toBeUndefined()
})
