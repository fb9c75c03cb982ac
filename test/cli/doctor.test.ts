import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { doctorCommand, render } from '../../src/cli/doctor.ts'
import { type MachineReport, machineReport } from '../../src/observe/machine.ts'
import { runChild } from '../support/child.ts'

const module = new URL('../../src/cli/doctor.ts', import.meta.url).href
const script = (options: string) => `
  import { doctorCommand } from ${JSON.stringify(module)}
  process.exitCode = await doctorCommand(${options})`

describe('doctorCommand', () => {
  it('prints what this machine offers, and that weft can run here', async () => {
    const output = new PassThrough()
    expect(await doctorCommand({}, output)).toBe(0)
    const text = String(output.read())
    for (const row of [
      'node',
      'cores',
      'memory',
      'pool size',
      'worker start',
      'ANTHROPIC_API_KEY',
      'local models',
      'pulled',
      'would fit',
    ]) {
      expect(text).toMatch(new RegExp(`^${row} +\\S`, 'm'))
    }
    expect(text).toMatch(/\nweft can run here\.\n$/)
  })

  it('says what local models would run on', async () => {
    const gigabyte = 1024 ** 3
    const report = await machineReport()
    const text = (models: Partial<MachineReport['models']>): string =>
      render({ ...report, models: { ...report.models, ...models } }, { problems: [], advice: [] })
    const vram = { totalBytes: 24 * gigabyte, freeBytes: 20 * gigabyte }
    const usable = { state: 'usable', version: '3.21.1' } as const
    expect(text({ llama: { ...usable, gpu: 'cuda', devices: ['a GPU'], vram } })).toMatch(
      /^local models +on the GPU by CUDA: a GPU, 20 GB free of 24 GB$/m,
    )
    expect(text({ llama: { ...usable, gpu: null, devices: [], vram: null } })).toMatch(/^local models +on the CPU/m)
    expect(text({ llama: { state: 'missing', install: 'npm install x' } })).toMatch(
      /^local models +not there: npm install x$/m,
    )
    expect(text({ llama: { state: 'broken', version: '1', reason: 'why' } })).toMatch(
      /^local models +cannot be used: why$/m,
    )
    expect(text({ known: 2, pulled: ['a'], fits: ['a'], folder: '/f' })).toMatch(
      /^pulled +a \(\/f\)\nwould fit +a \(into/m,
    )
    expect(text({ known: 2, folder: '/f\u001b[31m' })).toMatch(/ \(\/f\\u\{1b\}\[31m\)$/m)
    expect(text({ known: 1, pulled: [], fits: ['a'] })).toMatch(/^pulled +none: .*\nwould fit +all 1 \(/m)
  })

  it('prints one JSON object on request', async () => {
    const { code, stdout } = await runChild(process.execPath, ['--input-type=module', '-e', script('{ json: true }')])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ node: { sufficient: true }, worker: { started: true }, problems: [] })
  })

  it('returns 1 and says what to do where no thread may start', async () => {
    const flags = ['--permission', '--allow-fs-read=*', '--input-type=module', '-e', script('{}')]
    const { code, stdout } = await runChild(process.execPath, flags)
    expect(code).toBe(1)
    expect(stdout).toMatch(/\nproblem: no worker thread can be started: .*--allow-worker/)
    expect(stdout).toMatch(/\nweft cannot run here\.\n$/)
  })
})
