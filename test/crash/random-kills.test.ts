import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openJournal } from '../../src/journal/open-journal.ts'
import { type RandomJob, randomJob } from '../support/random-jobs.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startProgram } from './life.ts'
import type { LifeOptions } from './random-life.ts'

const program = fileURLToPath(new URL('random-life.ts', import.meta.url))

type Job = RandomJob & LifeOptions

const jobs: fc.Arbitrary<Job> = fc
  .tuple(randomJob, fc.boolean(), fc.constantFrom('process', 'power'))
  .map(([job, isMarkdown, durability]) => ({ ...job, isMarkdown, durability }))

it('gives what one life gives, killed at any call of any job', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(jobs, fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }), async (job, lives) => {
      await using whole = await tempFolder()
      const undisturbed = JSON.parse((await life(whole.path, job, -1)).stdout)
      await using folder = await tempFolder()
      const recorded = new Set<string>()
      for (const calls of [...lives, -1]) {
        const before = await callsIn(folder.path)
        const { signal, stdout, stderr } = await life(folder.path, job, calls)
        const made = (await callsIn(folder.path)).slice(before.length)
        expect(made.filter((key) => recorded.has(key))).toEqual([])
        if (signal === 'SIGKILL') {
          for (const key of await keysDone(folder.path, job)) recorded.add(key)
          continue
        }
        expect(stderr).toBe('')
        expect(JSON.parse(stdout)).toEqual(undisturbed)
        break
      }
      expect(await outputOf(folder.path, job)).toEqual(await outputOf(whole.path, job))
    }),
    { numRuns: 12, endOnFailure: true },
  )
})

function life(folder: string, job: Job, calls: number): ReturnType<typeof startProgram>['ended'] {
  return startProgram(process.execPath, [program, folder, JSON.stringify(job), String(calls)], { cwd: folder }).ended
}

async function callsIn(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'calls'), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean)
}

async function keysDone(folder: string, { kinds }: Job): Promise<string[]> {
  await using journal = await openJournal(join(folder, 'journal'), { readOnly: true })
  const [row] = await journal.runs()
  await using run = await journal.open(row!.id)
  return await Array.fromAsync(run.doneBackwards([...kinds.keys()]), ({ key }) => key)
}

/** What does not depend on when things were done. */
async function outputOf(folder: string, { isMarkdown }: Job): Promise<unknown> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
  const lines = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const pages = isMarkdown ? (await readdir(join(folder, 'out'))).filter((name) => name.endsWith('.md')).sort() : []
  const records = lines.map((text) => text.split('\n').map(plain).sort())
  return { names, records, pages }
}

function plain(line: string): string {
  if (line === '') return ''
  const { attempts, queuedMs, runMs, ...record } = JSON.parse(line) as Readonly<Record<string, unknown>>
  return JSON.stringify(record)
}
