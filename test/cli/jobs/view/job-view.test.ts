import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openJobReports } from '../../../../src/cli/jobs/view/job-reports.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { busy, report } from './samples.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const run = { progress: () => busy }
const next = { goOn: 'weft resume companies-3', retry: 'weft retry companies-3', again: 'weft run job.yaml' }

function stream(isTTY: boolean, columns = 120): NodeJS.WriteStream & PassThrough {
  return Object.assign(new PassThrough(), { isTTY, columns, rows: 50 }) as unknown as NodeJS.WriteStream & PassThrough
}

function linesOf(output: PassThrough): string[] {
  const text = output.read()?.toString() ?? ''
  return text.split('\n').filter((line: string) => line !== '')
}

describe('the view of a job', () => {
  it('is drawn again and again on a terminal, as wide as that is now, and gone at the end', async () => {
    const terminal = stream(true)
    const reports = openJobReports('text', terminal, false, {})
    const view = await reports.watch(run)
    vi.advanceTimersByTime(100)
    expect(terminal.read().toString()).toContain('1,240 of about 20,000 items')
    terminal.columns = 40
    vi.advanceTimersByTime(100)
    expect(terminal.read().toString()).toContain('1,200 done, 38 failed of about 20,000')
    reports.note('something\u001b[31m')
    expect(terminal.read().toString()).toContain('something\\u{1b}[31m\n')
    {
      using _ = reports.hold()
      terminal.read()
      vi.advanceTimersByTime(1_000)
      expect(terminal.read()).toBeNull()
    }
    view[Symbol.dispose]()
    terminal.read()
    vi.advanceTimersByTime(60_000)
    expect(terminal.read()).toBeNull()
  })

  it.each([
    ['a file or a pipe', stream(false), false, {}],
    ['a CI system', stream(true), false, { CI: 'true' }],
    ['a dumb terminal', stream(true), false, { TERM: 'dumb' }],
    ['a terminal that shows the records', stream(true), true, {}],
  ])('is a line now and then, and ever more seldom, for %s', async (_, output, recordsOnTerminal, environment) => {
    const reports = openJobReports('text', output, recordsOnTerminal, environment)
    const view = await reports.watch(run)
    vi.advanceTimersByTime(60_000)
    expect(linesOf(output)).toHaveLength(12)
    vi.advanceTimersByTime(60_000)
    const late = linesOf(output)
    expect(late).toHaveLength(2)
    expect(late.join('')).not.toMatch(/\p{Cc}/u)
    view[Symbol.dispose]()
    vi.advanceTimersByTime(60_000)
    expect(linesOf(output)).toEqual([])
  })

  it('is events as JSON lines for programs, and nothing with --quiet', async () => {
    const output = stream(false)
    const reports = openJobReports('json', output, false)
    using _ = await reports.watch(run)
    reports.note('something')
    reports.end(report({ broken: new Error('why') }), next)
    const [note, summary] = linesOf(output).map((line) => JSON.parse(line))
    expect(note).toMatchObject({ type: 'note', message: 'something' })
    expect(summary).toMatchObject({
      type: 'summary',
      id: 'companies-3',
      equation: '20 in = 20 done + 0 failed + 0 skipped + 0 cancelled',
      broken: { code: 'TASK_FAILED', message: 'why' },
    })

    const quiet = openJobReports('nothing', output, false)
    using __ = await quiet.watch(run)
    quiet.note('something')
    quiet.end(report(), next)
    vi.advanceTimersByTime(60_000)
    quiet.end(report({ state: 'stopped' }), next, true)
    quiet.end(report({ state: 'stopped', broken: new Failure('OUTPUT_CLOSED', 'gone') }), next)
    expect(output.read()).toBeNull()
    quiet.end(report({ state: 'stopped', broken: new Failure('OUTPUT_FAILED', 'no\nspace') }), next)
    expect(linesOf(output)).toEqual([
      'weft: companies-3 was stopped: no\\u{a}space; continue with: weft resume companies-3',
    ])
  })
})
