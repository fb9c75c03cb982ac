import { memoryJournal } from '../../src/journal/memory-journal.ts'
import { conformance } from './conformance.ts'

conformance('memory', async () => {
  const journal = memoryJournal()
  return {
    journal,
    // It lives as long as its process: there is no other one that could go on.
    restart: async () => {},
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
})
