import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { askChild, probeLlama } from '../../src/observe/probe-llama.ts'
import { failureOf } from '../web/loopback.ts'

describe('probeLlama', () => {
  it('loads the library that is installed, and says what it found', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    const { devDependencies } = JSON.parse(text) as { readonly devDependencies: Record<string, string> }
    const report = await probeLlama(60_000)
    expect(report).toMatchObject({ state: 'usable', version: devDependencies['node-llama-cpp'] })
    if (report.state === 'usable') expect(report.vram === null).toBe(report.gpu === null)
  })
})

describe('askChild', () => {
  const ask = (script: string, limitMs = 60_000) => askChild(script, tmpdir(), limitMs)

  it('gives what the process sends', async () => {
    const devices = { gpu: 'cuda', devices: ['a GPU'], vram: { totalBytes: 2, freeBytes: 1 } }
    expect(await ask(`process.send(${JSON.stringify(devices)}, () => process.exit(0))`)).toEqual(devices)
  })

  it('gives no key to the process', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-test-123456')
    try {
      const script = "process.send({ devices: [process.env.ANTHROPIC_API_KEY ?? 'none'] }, () => process.exit(0))"
      expect(await ask(script)).toEqual({ devices: ['none'] })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it.each([
    ['that hangs', 'setInterval(() => {}, 1_000)', 200, /it was not loaded within 200 ms/],
    ['that keeps its thread', 'for (;;);', 200, /it was not loaded within 200 ms/],
    ['that crashes', 'process.abort()', undefined, /it ended with SIGABRT/],
    ['that throws', "throw new TypeError('no driver')", undefined, /it ended with code 1: TypeError: no driver$/],
    ['that says nothing', '', undefined, /it ended with code 0/],
  ])('outlives one %s', async (_, script, limitMs, message) => {
    const failure = await failureOf(ask(script, limitMs))
    expect(failure.code).toBe('MODEL_UNAVAILABLE')
    expect(failure.message).toMatch(message)
  })
})
