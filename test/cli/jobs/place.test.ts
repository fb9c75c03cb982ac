import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CountedRun } from '../../../src/cli/jobs/account.ts'
import { recallOrigin, rememberOrigin } from '../../../src/cli/jobs/origin.ts'
import { findRun } from '../../../src/cli/jobs/place.ts'
import { prunable } from '../../../src/cli/jobs/prune.ts'
import { runLines } from '../../../src/cli/jobs/runs.ts'
import { noTally } from '../../../src/core/tally.ts'
import { noUsage } from '../../../src/core/usage.ts'
import type { RunState } from '../../../src/journal/journal.ts'
import { openJournal } from '../../../src/journal/open-journal.ts'
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts'

let folder: TempFolder
let jobFile: string
beforeAll(async () => {
  folder = await tempFolder({
    'companies.yaml': 'input: { urls: [https://example.org] }\nsteps: [read]\n',
    'never.yaml': 'input: { urls: [https://example.org] }\nsteps: [read]\n',
  })
  jobFile = join(folder.path, 'companies.yaml')
  for (const [name, runs] of [
    ['companies', 3],
    ['towns-2', 1],
  ] as const) {
    await using journal = await openJournal(join(folder.path, '.weft', name))
    for (let at = 0; at < runs; at += 1) await journal.begin({ name, plan: '{"steps":[]}', source: '{}' })
  }
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('findRun', () => {
  it.each([
    ['companies-2', 'companies-2'],
    ['companies', 'companies-3'],
    ['towns-2', 'towns-2-1'],
    ['towns-2-1', 'towns-2-1'],
  ])('finds %s', async (word, id) => {
    const { row, folder: place } = await findRun(word, jobFile)
    expect(row.id).toBe(id)
    expect(place).toBe(join(folder.path, '.weft', row.name))
  })

  it('finds the last run of a job file', async () => {
    expect((await findRun(jobFile, undefined)).row.id).toBe('companies-3')
  })

  it('names the nearest one of an unknown run', async () => {
    await expect(findRun('compnies-2', jobFile)).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
      message: expect.stringContaining('did you mean companies-2?'),
    })
    await expect(findRun('companies-9', jobFile)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    await expect(findRun(join(folder.path, 'never.yaml'), undefined)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    await expect(findRun('../companies', jobFile)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
  })
})

describe('the origin of a run', () => {
  it('is remembered beside its journal, and what the user says counts more', async () => {
    const place = join(folder.path, '.weft', 'companies')
    await using journal = await openJournal(place)
    const origin = { file: jobFile, overrides: { limit: 3, ordered: true } } as const
    await rememberOrigin(journal, place, 'companies-1', origin)
    expect(await recallOrigin(journal, place, 'companies-1', undefined)).toEqual(origin)
    expect(await recallOrigin(journal, place, 'companies-1', 'other.yaml')).toEqual({ ...origin, file: 'other.yaml' })
    await expect(recallOrigin(journal, place, 'companies-2', undefined)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })
})

function row(number: number, state: RunState, updatedAt: string): CountedRun {
  const marks = {
    tally: noTally,
    usage: { ...noUsage, costUsd: 0.5 },
    watermark: { item: 0, offset: 0, line: 1 },
    output: { bytes: 0, sequence: 0 },
  }
  const counts = { tally: noTally, derived: noTally, steps: [] }
  return {
    id: `job-${number}`,
    name: 'job',
    plan: '{"steps":[]}',
    source: '{}',
    state,
    createdAt: updatedAt,
    updatedAt,
    marks,
    counts,
  }
}

describe('prunable', () => {
  const rows = [
    row(5, 'finished', '2026-11-20T00:00:00.000Z'),
    row(4, 'stopped', '2026-11-10T00:00:00.000Z'),
    row(3, 'rolled-back', '2026-11-09T00:00:00.000Z'),
    row(2, 'running', '2026-11-08T00:00:00.000Z'),
    row(1, 'finished', '2026-11-07T00:00:00.000Z'),
  ]
  const nowMs = Date.parse('2026-11-21T00:00:00.000Z')
  it.each([
    [0, 0, true, ['job-5', 'job-3', 'job-1']],
    [0, 0, false, ['job-3', 'job-1']],
    [3, 0, true, ['job-1']],
    [9, 0, true, []],
    [0, 7, true, ['job-3', 'job-1']],
  ])(
    'keeps %i, what is younger than %i days, the newest finished unless %s, and all that is unfinished',
    (keep, days, isAll, ids) => {
      const rule = { keep, olderThanMs: days * 24 * 3_600_000, nowMs, isAll }
      expect(prunable(rows, rule).map(({ id }) => id)).toEqual(ids)
    },
  )

  it('keeps the night before from a trial of five items', () => {
    const sized = rows.map((one, at) => ({
      ...one,
      marks: { ...one.marks, tally: { ...noTally, in: at === 4 ? 400 : 5 } },
    }))
    expect(prunable(sized, { keep: 0, olderThanMs: 0, nowMs, isAll: false }).map(({ id }) => id)).toEqual(['job-3'])
  })

  it('is listed with state, time, cost and equation', () => {
    expect(runLines(rows.slice(1, 2))).toEqual([
      'run    state    last change        cost        items',
      'job-4  stopped  2026-11-10 00:00Z  0.5000 USD  0 in = 0 done + 0 failed + 0 skipped + 0 cancelled',
    ])
    expect(runLines([])).toEqual(['no runs: weft run JOB begins one'])
  })
})
