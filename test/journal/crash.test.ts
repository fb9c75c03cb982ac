import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../src/journal/open-journal.ts'
import { exitOf } from '../support/child.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { all, work } from './records.ts'

const writer = new URL('./writer-process.ts', import.meta.url).pathname

describe('a journal whose process is killed', () => {
  it.each(['process', 'power'])('has everything that was committed, durability %s', async (durability) => {
    await using folder = await tempFolder()
    let random = 7
    for (let life = 0; life < 4; life++) {
      random = (random * 48_271) % 2_147_483_647
      const acknowledged = await lifeOf(folder.path, durability, 1 + (random % 40))
      await using journal = await openJournal(folder.path)
      const { id, marks } = (await journal.runs())[0]!
      await using run = await journal.open(id)
      const settled = await all(run.settledAfter(0))
      expect(settled.length).toBeGreaterThanOrEqual(acknowledged)
      // Records are there in the order of the calls, without a gap, and marks with them.
      expect(settled.map(({ sequence }) => sequence)).toEqual(settled.map((_, at) => at + 1))
      expect(marks.output.sequence).toBe(settled.length)
      const known = await run.recall(settled.map(({ item }) => item))
      for (const [item, rows] of known) {
        const text = JSON.stringify(`${item} `.repeat(item % 50 === 0 ? 40_000 : 10))
        expect(rows).toMatchObject([{ ...work(item, 0), state: 'done', value: text }])
      }
      expect(await run.interrupted()).toEqual([])
    }
  })
})

/** Kills the writer after so many groups, and gives how many items it knew to be committed. */
async function lifeOf(folder: string, durability: string, groups: number): Promise<number> {
  const child = spawn(process.execPath, [writer, folder, durability], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)
  const ended = exitOf(child)
  let acknowledged = 0
  let left = groups
  lines.on('line', (line) => {
    acknowledged = Number(line)
    if (--left === 0) child.kill('SIGKILL')
  })
  const [, signal] = await ended
  expect(signal).toBe('SIGKILL')
  return acknowledged
}
