import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runChild } from '../../support/child.ts'
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
let folder: TempFolder
let jobs: string

/** A copy, so that neither outputs nor journals come into the repository; what the jobs name beside them is linked. */
beforeAll(async () => {
  folder = await tempFolder()
  jobs = join(folder.path, 'bench', 'scenarios', 'jobs')
  await mkdir(join(folder.path, 'bench', 'scenarios'), { recursive: true })
  await cp(join(root, 'bench/scenarios/jobs'), jobs, {
    recursive: true,
    filter: (path) => !/\/(out|\.weft)$/.test(path),
  })
  await symlink(join(root, 'bench/corpus'), join(folder.path, 'bench/corpus'))
  for (const name of ['src', 'models', 'workers', 'node_modules'])
    await symlink(join(root, name), join(folder.path, name))
  await cp(join(root, 'package.json'), join(folder.path, 'package.json'))
})
afterAll(() => folder[Symbol.asyncDispose]())

async function weft(
  ...words: string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return runChild(process.execPath, [join(root, 'src/cli/main.ts'), ...words])
}

async function records(name: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(jobs, 'out', name), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('the sample jobs', () => {
  it('reads, shortens and leaves out what is there twice', async () => {
    const { code, stderr } = await weft('run', join(jobs, 'reading.yaml'))
    expect(stderr).toMatch(/^63 in = /m)
    expect(code).toBe(0)
    const all = await records('reading.jsonl')
    expect(all.map(({ id }) => Number(id))).toEqual(Array.from({ length: 63 }, (_, at) => at))
    for (const { status, value } of all) {
      if (status === 'done') expect(value).toEqual({ summary: expect.stringMatching(/\S/) })
    }
  })

  it('runs a function of the user on each row of a CSV', async () => {
    expect((await weft('run', join(jobs, 'towns.yaml'), '--quiet')).code).toBe(0)
    const all = await records('towns.jsonl')
    expect(all.map(({ status }) => status)).toEqual([
      'done',
      'done',
      'done',
      'skipped',
      'done',
      'done',
      'done',
      'skipped',
    ])
    expect(all[0]).toMatchObject({ input: { town: 'Alderford' }, value: { town: 'Alderford', density: 1535 } })
  })

  it('makes one report of many pages', async () => {
    expect((await weft('run', join(jobs, 'report.yaml'), '--quiet')).code).toBe(0)
    const report = await readFile(join(jobs, 'out', 'report.md'), 'utf8')
    const pages = await records('report-pages.jsonl')
    expect(report).toMatch(new RegExp(`^# ${pages.length} pages\n`))
    expect(report.match(/^## /gm)).toHaveLength(pages.length)
  })

  it('is TypeScript, with functions as steps', async () => {
    expect((await weft('run', join(jobs, 'primes.ts'), '--quiet')).code).toBe(0)
    const all = await records('primes.jsonl')
    expect(all).toHaveLength(40)
    expect(all[9]).toMatchObject({ input: { below: 10_000 }, value: { primes: 1_229, isEven: false } })
  })
})
