import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRuntime, type Grid, type Runtime, table } from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { rest } from '../../fixtures/manual-clock.ts'

let weft: Runtime
beforeEach(async () => {
  weft = await createRuntime({ lanes: { one: { concurrency: 1 } } })
})
afterEach(() => weft.close())

describe('a sweep', () => {
  it('tries every combination, in the order of nested loops, and its outcomes make a table', async () => {
    const outcomes = await weft.sweep({ model: ['small', 'large'], temperature: [0, 1] }, ({ model, temperature }) => {
      if (model === 'small' && temperature === 1) throw new Error('too hot')
      return `${model} at ${temperature}`
    })
    expect(table(outcomes).map(({ runMs, ...row }) => row)).toEqual([
      { model: 'small', temperature: 0, status: 'done', result: 'small at 0' },
      { model: 'small', temperature: 1, status: 'failed', result: 'TASK_FAILED' },
      { model: 'large', temperature: 0, status: 'done', result: 'large at 0' },
      { model: 'large', temperature: 1, status: 'done', result: 'large at 1' },
    ])
  })

  it('is a map: it keeps to options, and knows its points from the start', async () => {
    const held = gate()
    const run = weft.sweep({ a: [1, 2, 3], b: ['x', 'y'] }, () => held.opened, { concurrency: 2, name: 'grid' })
    await rest()
    expect(run.progress).toMatchObject({ running: 2, waiting: 4 })
    run.cancel('enough')
    const outcomes = await run
    expect(outcomes.map(({ input }) => input)).toContainEqual({ a: 3, b: 'y' })
    expect(outcomes.map(({ name, status }) => `${name} ${status}`)).toEqual(Array(6).fill('grid cancelled'))
    held.open()
  })

  it('works within a task on the same lane of one slot', async () => {
    const [outcome] = await weft.map(
      [2],
      async (factor, { run }) =>
        (await run.sweep({ n: [1, 2] }, ({ n }) => n * factor, { lane: 'one' })).map(({ status }) => status),
      { lane: 'one' },
    )
    expect(outcome).toMatchObject({ value: ['done', 'done'] })
  })

  it('rejects for what is no grid', async () => {
    for (const bad of [{}, [], null, { a: [] }, { a: 'xy' }]) {
      await expect(weft.sweep(bad as unknown as Grid, () => 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    await expect(weft.sweep({ a: [1] }, () => 1, { nmae: 'x' } as object)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^sweep: unknown option nmae/),
    })
  })
})
