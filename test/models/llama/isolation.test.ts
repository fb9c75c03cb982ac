import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LlamaModel, llama } from '../../../models/llama.ts'
import type { GenerateRequest, Generation } from '../../../models/model.ts'
import { createRuntime, type LaneTask, type Runtime } from '../../../src/index.ts'
import { nextChunk } from '../../support/child.ts'
import { llamaFile, tinyLlama } from '../../support/gguf/models.ts'
import { hostProcesses } from '../../support/host-process.ts'

let weft: Runtime

beforeEach(async () => {
  weft = await createRuntime()
})

afterEach(async () => {
  await weft.close()
  expect(hostProcesses()).toEqual([])
})

const isolated = (seed: number): LlamaModel => {
  return llama({ model: llamaFile({ ...tinyLlama, seed }), isolation: 'process', contexts: 1, seed: 1 })
}

// Linux tells which processes a process has started.
describe.skipIf(process.platform !== 'linux')('a model in a process of its own', () => {
  test.each(['SIGKILL', 'SIGSEGV'] as const)(
    'that dies by %s fails its task, is started again, and harms nobody else',
    async (signal) => {
      const model = isolated(10)
      const beside = llama({ model: llamaFile() })
      const died = new Set<number>()
      const other = weft.map([1], task(beside, { maxTokens: 300 }))
      const kill = (): void => {
        if (died.size > 0) return
        for (const id of hostProcesses()) died.add(id)
        for (const id of died) process.kill(id, signal)
      }
      const [outcome] = await weft.map([1], task(model, { maxTokens: 50 }, kill), { retry: { maxAttempts: 2 } })
      expect(outcome).toMatchObject({ status: 'done', attempts: 2, usage: { outputTokens: 50 } })
      expect(died.size).toBe(1)
      expect((await other)[0]!.status).toBe('done')
    },
  )

  test('says what it died of, and that a retry may help', async () => {
    const model = isolated(11)
    const kill = (): void => hostProcesses().forEach((id) => void process.kill(id, 'SIGKILL'))
    const [outcome] = await weft.map([1], task(model, { maxTokens: 500 }, kill), { retry: { maxAttempts: 1 } })
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: { code: 'MODEL_LOST', kind: 'connection', retryable: true, message: expect.stringContaining('SIGKILL') },
    })
  })

  test('is given up when it dies four times without an answer in between', async () => {
    const model = isolated(12)
    const kill = (): void => hostProcesses().forEach((id) => void process.kill(id, 'SIGKILL'))
    const failures: boolean[] = []
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const [outcome] = await weft.map([1], task(model, { maxTokens: 500 }, kill), { retry: { maxAttempts: 1 } })
      if (outcome?.status !== 'failed') throw new Error('expected a failure')
      expect(outcome.failure.code).toBe('MODEL_LOST')
      failures.push(outcome.failure.retryable)
    }
    expect(failures).toEqual([true, true, true, false, false])
    expect(hostProcesses()).toEqual([])
  })

  test('ends with its parent, even if that is killed', async () => {
    const program = fileURLToPath(new URL('../../fixtures/llama/busy.ts', import.meta.url))
    const parent = spawn(process.execPath, [program, llamaFile(), 'process', 'stay'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await nextChunk(parent.stdout)
    expect(hostProcesses(parent.pid)).toHaveLength(1)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    // Both hold the pipe: it ends when both are gone.
    expect(await text(parent.stderr)).toBe('')
  })
})

function task(
  model: LlamaModel,
  request: Partial<GenerateRequest>,
  onDelta: () => void = () => undefined,
): LaneTask<number, Generation> {
  const whole: GenerateRequest = { messages: [{ role: 'user', content: 'Count to a thousand.' }], ...request, onDelta }
  return { kind: 'lane-task', name: 'test', lane: model.lane, run: (_, context) => model.generate(whole, context) }
}
