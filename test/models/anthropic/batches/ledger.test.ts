import { describe, expect, test } from 'vitest'
import { hashOf, Ledger, newLocal } from '../../../../models/anthropic/batches/ledger.ts'
import { memoryNotes } from '../../../../src/core/notes.ts'

describe('the ledger of batches', () => {
  test('knows all that was lost, however often it is told of more, and in whatever process', async () => {
    const notes = memoryNotes()
    const local = newLocal()
    const hashes = ['a', 'b', 'c', 'd'].map((text) => hashOf(Buffer.from(text)))
    const first = new Ledger(notes, 'https://api')
    await first.intend({ local, intendedAt: Date.now(), requests: 4 }, hashes)
    await first.lose(local, [hashes[0]!])
    await first.lose(local, [hashes[2]!])
    const second = new Ledger(notes, 'https://api')
    expect((await second.load())[0]![1]).toEqual([hashes[1], hashes[3]])
    await second.lose(local, [hashes[3]!])
    expect((await new Ledger(notes, 'https://api').load())[0]![1]).toEqual([hashes[1]])
  })
})
