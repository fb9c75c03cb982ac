import { expect, test } from 'vitest'
import { llama } from '../../../models/llama.ts'
import { createRuntime, type LaneTask, worker } from '../../../src/index.ts'
import { enter, leave } from '../../fixtures/workers/tasks.ts'
import { llamaFile } from '../../support/gguf/models.ts'

const tasks = worker<typeof import('../../fixtures/workers/tasks.ts')>(
  new URL('../../fixtures/workers/tasks.ts', import.meta.url),
)

test('decodes and tasks of the pool are together never more than the cores', async () => {
  const cores = 2
  await using weft = await createRuntime({ pool: { threads: cores } })
  const model = llama({ model: llamaFile(), contexts: cores })
  const shared = new SharedArrayBuffer(8)
  const write: LaneTask<number, unknown> = {
    kind: 'lane-task',
    name: 'write',
    lane: model.lane,
    run: async (seed, context) => {
      enter(shared)
      const messages = [{ role: 'user', content: 'Good morning' }] as const
      const answer = await model.generate({ messages, maxTokens: 20, seed }, context)
      leave(shared)
      return answer
    },
  }
  const numbers = Array.from({ length: 12 }, (_, index) => index)
  const inputs = numbers.map(() => ({ shared }))
  const outcomes = await Promise.all([weft.map(numbers, write), weft.map(inputs, tasks.compute)])
  expect(new Set(outcomes.flat().map(({ status }) => status))).toEqual(new Set(['done']))
  expect([...new Int32Array(shared)]).toEqual([0, cores])
})
