import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, type Runtime, task } from '../../src/index.ts'
import { rest } from '../fixtures/manual-clock.ts'

let weft: Runtime
afterEach(() => weft.close())

describe('the place of a task that stands aside', () => {
  it('goes to one that wants to go on, not only to one that begins', async () => {
    weft = await createRuntime({ lanes: { a: {}, b: {} } })
    // Both await a task that they have spawned, on lanes of their own, with one place for all four.
    const parent = (lane: string) =>
      task({ needs: [], lane }, async (_needs, context) => {
        const outcome = await context.spawn(
          `of ${lane}`,
          task(() => rest(), { lane }),
        )
        return outcome.status
      })
    const outcomes = await weft.graph({ one: parent('a'), other: parent('b') }, { concurrency: 1 })
    expect(outcomes).toMatchObject({ one: { value: 'done' }, other: { value: 'done' } })
  })
})
