import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { doctorCommand } from '../../src/cli/doctor.ts'
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
    for (const row of ['node', 'cores', 'memory', 'pool size', 'worker start', 'ANTHROPIC_API_KEY']) {
      expect(text).toMatch(new RegExp(`^${row} +\\S`, 'm'))
    }
    expect(text).toMatch(/\nweft can run here\.\n$/)
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
