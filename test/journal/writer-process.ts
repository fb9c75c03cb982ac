import type { Durability } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { figures, marks, settled, work } from './records.ts'

// Writes items without end, and prints the number of those that are committed after each group: `writer-process.ts FOLDER DURABILITY`.

const [folder, durability] = process.argv.slice(2) as [string, Durability]
await using journal = await openJournal(folder, { durability })
const [last] = await journal.runs()
await using run = await journal.open((last ?? (await journal.begin({ name: 'job', plan: '{}', source: '{}' }))).id)
const first = run.run.marks.output.sequence
try {
  for (let item = first; ; ) {
    for (const end = item + 1 + (item % 7); item < end; item++) {
      run.started(work(item, 0), 1)
      run.done(work(item, 0), JSON.stringify(`${item} `.repeat(item % 50 === 0 ? 40_000 : 10)), figures)
      run.settled(settled(item, item + 1))
      run.mark(marks(item + 1))
    }
    await run.committed()
    process.stdout.write(`${item}\n`)
  }
} catch (error) {
  process.stdout.write(`${JSON.stringify(error)}\n`)
}
