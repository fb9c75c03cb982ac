import { join } from 'node:path'
import { equation } from '../../core/tally.ts'
import { columns } from '../columns.ts'
import { printable } from '../printable.ts'
import { writeOut } from '../write-out.ts'
import type { CountedRun } from './account.ts'
import { isJobFile, jobsIn, journalFolderOf, runsOf } from './place.ts'
import { dollars } from './view/figures.ts'

/**
 * `weft runs`: what was run, newest first.
 *
 * @param place a job file, a job by name, or a folder; undefined: the working folder
 * @throws Failure `RUN_UNKNOWN`, `JOB_INVALID`, `JOURNAL_CORRUPT`, `JOURNAL_NEWER`
 */
export async function runsCommand(place: string | undefined, words: unknown): Promise<number> {
  const { json } = words as { readonly json?: boolean }
  const runs = (await Promise.all((await foldersOf(place)).map(runsOf))).flat()
  await writeOut(process.stdout, json ? JSON.stringify(runs.map(shown), undefined, 2) : runLines(runs).join('\n'))
  return 0
}

/** Folders of the journals that a user means. */
async function foldersOf(place: string | undefined): Promise<string[]> {
  if (place !== undefined && isJobFile(place)) {
    const folder = await journalFolderOf(place)
    return (await jobsIn(join(folder, '..'))).map((name) => join(folder, '..', name)).filter((one) => one === folder)
  }
  const here = join(process.cwd(), '.weft')
  if (place !== undefined && (await jobsIn(here)).includes(place)) return [join(here, place)]
  const root = place === undefined ? here : join(place, '.weft')
  return (await jobsIn(root)).map((name) => join(root, name))
}

/** A table of runs; a sentence where there are none. */
export function runLines(runs: readonly CountedRun[]): string[] {
  if (runs.length === 0) return ['no runs: weft run JOB begins one']
  const rows = runs.map(({ id, state, updatedAt, marks, counts }) => [
    id,
    state,
    `${updatedAt.slice(0, 16).replace('T', ' ')}Z`,
    dollars(marks.usage.costUsd),
    equation(counts.tally),
  ])
  return [...columns([['run', 'state', 'last change', 'cost', 'items'], ...rows]), ...hints(runs)].map(printable)
}

function hints(runs: readonly CountedRun[]): string[] {
  const left = runs.find(({ state }) => state === 'interrupted')
  const half = runs.find(({ state }) => state === 'rolling-back')
  return [
    ...(left === undefined
      ? []
      : [`interrupted: its process is gone; weft resume ${left.id}, or weft run JOB, goes on`]),
    ...(half === undefined ? [] : [`rolling-back: continue with: weft rollback ${half.id}`]),
  ]
}

/** Of what a run is made of, what programs may rely on. */
function shown({ id, name, state, createdAt, updatedAt, marks, counts }: CountedRun): object {
  return { id, name, state, createdAt, updatedAt, tally: counts.tally, usage: marks.usage }
}
