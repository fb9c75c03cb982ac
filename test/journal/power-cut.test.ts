import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openJournal } from '../../src/journal/open-journal.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { newRun } from './conformance.ts'
import { all, figures, marks, settled, work } from './records.ts'
import { walExtent } from './wal.ts'

interface Acknowledged {
  readonly items: number
  /** So much of the log was synced when the items were known to be committed. */
  readonly bytes: number
}

it('loses nothing that was committed when the power is cut, durability power', async () => {
  await using folder = await tempFolder()
  const [live, cut] = [join(folder.path, 'live'), join(folder.path, 'cut')]
  const acknowledged: Acknowledged[] = []
  {
    await using journal = await openJournal(live, { durability: 'power' })
    await using run = await journal.open((await journal.begin(newRun)).id)
    for (let item = 0; item < 30; item++) {
      run.started(work(item), 1)
      run.done(work(item), JSON.stringify('z'.repeat(100 * (item % 20))), figures)
      run.settled(settled(item, item + 1))
      run.mark(marks(item + 1))
      await run.committed()
      acknowledged.push({ items: item + 1, bytes: walExtent(await readFile(join(live, 'journal.db-wal'))) })
    }
    await mkdir(cut)
    await copyFile(join(live, 'journal.db'), join(folder.path, 'db'))
    await copyFile(join(live, 'journal.db-wal'), join(folder.path, 'wal'))
  }
  const [db, wal] = [await readFile(join(folder.path, 'db')), await readFile(join(folder.path, 'wal'))]

  await fc.assert(
    fc.asyncProperty(
      fc.nat(acknowledged.length - 1),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('truncated', 'zeroed', 'garbled'),
      fc.nat(255),
      async (at, part, how, noise) => {
        const { items, bytes } = acknowledged[at]!
        await writeFile(join(cut, 'journal.db'), db)
        await writeFile(
          join(cut, 'journal.db-wal'),
          damaged(wal, bytes + Math.floor(part * (wal.length - bytes)), how, noise),
        )
        await using journal = await openJournal(cut, { durability: 'power' })
        await using run = await journal.open('job-1')
        const found = await all(run.settledAfter(0))
        expect(found.length).toBeGreaterThanOrEqual(items)
        expect(found).toEqual(found.map((_, item) => settled(item, item + 1)))
        expect(run.run.marks).toEqual(marks(found.length))
        expect((await run.recall([items - 1])).get(items - 1)).toMatchObject([{ state: 'done' }])
      },
    ),
    { numRuns: 40 },
  )
})

/** What a disk may hold of a log when the power was cut while the part from `from` on was being written. */
function damaged(wal: Buffer, from: number, how: string, noise: number): Buffer {
  if (how === 'truncated') return wal.subarray(0, from)
  const copy = Buffer.from(wal)
  if (how === 'zeroed') copy.fill(0, from)
  for (let at = from; how === 'garbled' && at < copy.length; at += 1 + (noise % 97)) copy[at]! ^= 1 + (noise % 255)
  return copy
}
