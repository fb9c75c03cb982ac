import { spawnSync } from 'node:child_process'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisOwner } from '../../src/journal/lock-owner.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { seenRuns } from '../../src/journal/seen-runs.ts'
import { type TempFolder, tempFolder } from '../support/temp-folder.ts'

const endedPid = spawnSync(process.execPath, ['-e', '']).pid

/** Two runs that nobody has ended: newest first. */
async function twoRuns(): Promise<TempFolder> {
  const folder = await tempFolder()
  await using journal = await openJournal(folder.path)
  for (let at = 0; at < 2; at += 1) await journal.begin({ name: 'job', plan: '{}', source: '{}' })
  return folder
}

async function states({ path }: TempFolder): Promise<string[]> {
  await using journal = await openJournal(path, { readOnly: true })
  return (await seenRuns(path, () => journal.runs())).map(({ state }) => state)
}

describe('seenRuns', () => {
  it('says which of them the living writer is at', async () => {
    await using folder = await twoRuns()
    expect(await states(folder)).toEqual(['interrupted', 'interrupted'])
    {
      await using journal = await openJournal(folder.path)
      expect(await states(folder)).toEqual(['interrupted', 'interrupted'])
      await using run = await journal.open('job-1')
      await run.setState('running')
      expect(await states(folder)).toEqual(['interrupted', 'running'])
      await run.setState('stopped')
      expect(await states(folder)).toEqual(['interrupted', 'stopped'])
    }
  })

  it.each([
    ['that is dead', { pid: endedPid }, ['interrupted', 'interrupted']],
    ['elsewhere', { host: 'elsewhere' }, ['running', 'running']],
  ])('tells a writer %s', async (_, change, expected) => {
    await using folder = await twoRuns()
    const lock = join(folder.path, 'lock')
    await writeFile(lock, JSON.stringify({ ...(await thisOwner()), since: '2020-01-01T00:00:00.000Z', ...change }))
    expect(await states(folder)).toEqual(expected)
    await utimes(lock, 0, 0)
    expect(await states(folder)).toEqual(['interrupted', 'interrupted'])
  })
})
