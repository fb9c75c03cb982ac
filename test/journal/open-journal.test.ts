import { openJournal } from '../../src/journal/open-journal.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { conformance } from './conformance.ts'

for (const durability of ['process', 'power'] as const) {
  conformance(`SQLite, durability ${durability}`, async () => {
    const folder = await tempFolder()
    const subject = {
      journal: await openJournal(folder.path, { durability }),
      restart: async () => {
        await subject.journal[Symbol.asyncDispose]()
        subject.journal = await openJournal(folder.path, { durability })
      },
      [Symbol.asyncDispose]: async () => {
        await subject.journal[Symbol.asyncDispose]()
        await folder[Symbol.asyncDispose]()
      },
    }
    return subject
  })
}
