import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { isAtLeast, minimumNode } from '../../src/core/version.ts'
import { machineReport } from '../../src/observe/machine.ts'

describe('machineReport', () => {
  it('tells what this machine offers, as plain data', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'a-secret-value')
    const report = await machineReport()
    expect(report).toMatchObject({
      node: { version: process.versions.node, sufficient: true },
      poolThreads: availableParallelism(),
      worker: { started: true, startMs: expect.any(Number) },
    })
    expect(report.cores.available).toBeLessThanOrEqual(report.cores.machine)
    expect(report.memory.freeBytes).toBeLessThanOrEqual(report.memory.totalBytes)
    expect(report.optional.at(-1)).toMatchObject({ name: 'ANTHROPIC_API_KEY', present: true })
    const text = JSON.stringify(report)
    expect(JSON.parse(text)).toEqual(report)
    expect(text).not.toContain('a-secret-value')
    vi.unstubAllEnvs()
  })

  it('asks for the Node that package.json asks for', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    const { engines } = JSON.parse(text) as { readonly engines: { readonly node: string } }
    expect(`${engines.node}.0`).toBe(`>=${minimumNode}`)
  })
})

describe('isAtLeast', () => {
  it.each([
    ['24.15.0', true],
    ['24.21.3', true],
    ['26.0.0', true],
    ['100.0.0', true],
    ['24.9.9', false],
    ['20.19.0', false],
    ['9.99.99', false],
  ])('compares %s by number: %s', (version, expected) => {
    expect(isAtLeast(version, '24.15.0')).toBe(expected)
  })
})
