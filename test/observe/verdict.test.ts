import { describe, expect, it } from 'vitest'
import type { MachineReport } from '../../src/observe/machine.ts'
import { judge } from '../../src/observe/verdict.ts'

const gigabyte = 1024 ** 3

const fine: MachineReport = {
  node: { version: '24.21.0', minimum: '24.15.0', sufficient: true },
  platform: 'linux x64',
  cores: { model: 'a model', machine: 8, physical: 4, available: 8, quota: null },
  memory: { totalBytes: 16 * gigabyte, freeBytes: 8 * gigabyte, limitBytes: null },
  poolThreads: 8,
  ioThreads: { threads: 4, fromEnvironment: false },
  worker: { started: true, startMs: 30 },
  optional: [],
  models: {
    llama: { state: 'usable', version: '3.21.1', gpu: null, devices: [], vram: null },
    folder: '/cache',
    known: 1,
    pulled: [],
    fits: [],
  },
}

describe('judge', () => {
  it('has nothing to say about a machine that is fine', () => {
    expect(judge(fine)).toEqual({ problems: [], advice: [] })
  })

  it('says which Node to install', () => {
    const { problems } = judge({ ...fine, node: { version: '20.1.0', minimum: '24.15.0', sufficient: false } })
    expect(problems).toEqual(['Node 20.1.0 is too old: weft needs 24.15.0 or later; install it from nodejs.org'])
  })

  it('says what to do when no thread starts', () => {
    const failure = { code: 'POOL_UNAVAILABLE', message: 'no worker thread can be started', retryable: false }
    expect(judge({ ...fine, worker: { started: false, failure } }).problems).toEqual([
      expect.stringMatching(/^no worker thread can be started; .*ulimit -u/),
    ])
  })

  it('warns of little memory', () => {
    const { advice } = judge({ ...fine, memory: { ...fine.memory, freeBytes: gigabyte / 10 } })
    expect(advice).toEqual(['only 102 MB of memory are free: keep --concurrency and --max-bytes low'])
  })

  it('says what keeps local models from running', () => {
    const models = { ...fine.models, fault: 'WEFT_CATALOGUE (x): broken' }
    const llama = { state: 'broken', version: '3.21.1', reason: 'it ended with SIGSEGV' } as const
    expect(judge({ ...fine, models: { ...models, llama } }).advice).toEqual([
      'WEFT_CATALOGUE (x): broken',
      expect.stringMatching(/^node-llama-cpp 3\.21\.1 cannot be used: it ended with SIGSEGV; /),
    ])
  })
})
