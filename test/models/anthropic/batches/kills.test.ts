import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NotedBatch } from '../../../../models/anthropic/batches/ledger.ts'
import { memoryNotes, type Notes } from '../../../../src/core/notes.ts'
import {
  askedIn,
  type BatchesServer,
  type Fate,
  type SentRequest,
  startBatchesServer,
} from '../../../fixtures/claude-batches-server.ts'
import { rest } from '../../../fixtures/manual-clock.ts'
import { answersTo, type Life, live, passing, questions, texts } from '../../../support/nights.ts'

let server: BatchesServer
let notes: Notes

beforeEach(async () => {
  server = await startBatchesServer()
  notes = memoryNotes()
})
afterEach(() => server[Symbol.asyncDispose]())

const asked = questions(20)

/** Asks all in a process that is killed as soon as something has happened. What it sent is on its way all the same. */
async function killed(happened: (life: Life) => Promise<void>): Promise<void> {
  const life = await live(server, { notes })
  void life.weft.map(asked, life.ask)
  await passing(life, happened(life))
}

async function resumed(questions: readonly string[] = asked): Promise<string[]> {
  const life = await live(server, { notes })
  const found = texts(await passing(life, life.weft.map(questions, life.ask)))
  await life.weft.close()
  return found
}

/** Kills the process when it visits: it gets no answer any more. */
function killAt(life: Life, what: 'before' | 'created', kind: string, index = 0): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.faults[what] = (visit) => {
    if (visit.what !== kind || visit.index !== index) return false
    life.kill()
    visit.cut()
    server.faults = {}
    resolve()
    return true
  }
  return promise
}

/** Changes what is noted of each batch. */
async function changeNoted(change: (noted: NotedBatch) => NotedBatch): Promise<void> {
  for (const [name, text] of await notes.notes('')) {
    if (name.endsWith('/state')) await notes.setNote(name, JSON.stringify(change(JSON.parse(text))))
  }
}

describe('a process that is killed', () => {
  test('before it noted what it is about to create: nothing is there, all is sent once', async () => {
    const set = notes.setNote
    const { promise, resolve } = Promise.withResolvers<void>()
    await killed((life) => {
      notes.setNote = async (name, text) => {
        life.kill()
        resolve()
        notes.setNote = set
        if (name.endsWith('/requests')) await set(name, text)
        return new Promise(() => {})
      }
      return promise
    })
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(1)
    // What was left of the first is gone.
    expect(await notes.notes('')).toHaveLength(2)
  })

  test('between intent and creation: it is looked for, not found, and sent once', async () => {
    await killed((life) => killAt(life, 'before', 'create'))
    expect(server.batches).toHaveLength(0)
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(1)
    expect(server.visits.filter((what) => what === 'list').length).toBeGreaterThan(1)
  })

  test('between intent and creation, an hour ago: one look is enough', async () => {
    await killed((life) => killAt(life, 'before', 'create'))
    await changeNoted((noted) => ({ ...noted, intendedAt: noted.intendedAt - 3_600_000 }))
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.visits.filter((what) => what === 'list')).toHaveLength(1)
  })

  test.each([-25, 25])(
    'between creation and note, and its clock was wrong by %i hours then: the batch is found',
    async (hours) => {
      await killed((life) => killAt(life, 'created', 'create'))
      await changeNoted((noted) => ({ ...noted, intendedAt: noted.intendedAt + hours * 3_600_000 }))
      server.batches[0]!.hasEnded = true
      expect(await resumed()).toEqual(answersTo(asked))
      expect(server.batches).toHaveLength(1)
    },
  )

  test('between creation and note: the batch is found among others, once it has ended, and not made again', async () => {
    await killed((life) => killAt(life, 'created', 'create'))
    const theirs = server.batches[0]!.requests.map((one) => ({ ...one, custom_id: `theirs-${one.custom_id}` }))
    server.put(theirs, true)
    server.put(theirs, false)
    server.put(theirs.slice(1), true)
    let lists = 0
    server.faults.before = ({ what }) => {
      if (what === 'list' && ++lists === 3) server.batches[0]!.hasEnded = true
      return false
    }
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(4)
  })

  test('between creation and note, and nobody ends it for hours: it is waited for', async () => {
    await killed((life) => killAt(life, 'created', 'create'))
    let lists = 0
    server.faults.before = ({ what }) => {
      if (what === 'list' && ++lists === 300) server.batches[0]!.hasEnded = true
      return false
    }
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(1)
  })

  test('while it polls, or reads the results: the batch is taken up, and read for whoever asks', async () => {
    await killed((life) => killAt(life, 'before', 'retrieve', 1))
    await killed((life) => killAt(life, 'before', 'results'))
    const lines = killed(async (life) => {
      server.faults.linesOf = () => {
        life.kill()
        delete server.faults.linesOf
        return 7
      }
      while (server.batches[0]!.readings === 0) await new Promise((resolve) => setImmediate(resolve))
    })
    await lines
    expect(await resumed(asked.slice(5))).toEqual(answersTo(asked.slice(5)))
    expect(await resumed(asked.slice(0, 7))).toEqual(answersTo(asked.slice(0, 7)))
    expect(server.batches).toHaveLength(1)
  })

  test('after it was told that requests expired: those alone are sent again', async () => {
    server.fate = (request) => (Number(/\d+/.exec(askedIn(request))) < 5 ? { type: 'expired' } : answer(request))
    await killed(async (life) => {
      while (!life.events.some(({ type }) => type === 'task-backing-off')) await rest()
      life.kill()
    })
    server.fate = answer
    const life = await live(server, { notes })
    const outcomes = await passing(life, life.weft.map(asked, life.ask))
    await life.weft.close()
    expect(texts(outcomes)).toEqual(answersTo(asked))
    // The dead batch was not asked for them once more.
    expect(outcomes.every(({ attempts }) => attempts === 1)).toBe(true)
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([20, 5])
  })
})

describe('a connection that is lost while a batch is created', () => {
  test('leaves it in doubt: it is found', async () => {
    server.faults.created = (visit, batch) => {
      batch.hasEnded = true
      visit.cut()
      return true
    }
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(1)
  })

  test('leaves several in doubt: each is found', async () => {
    server.faults.created = (visit, batch) => {
      batch.hasEnded = true
      visit.cut()
      return true
    }
    const life = await live(server, { notes, batch: { maxRequests: 5 } })
    expect(texts(await passing(life, life.weft.map(asked, life.ask)))).toEqual(answersTo(asked))
    await life.weft.close()
    expect(server.batches).toHaveLength(4)
  })

  test('and it is not there: it is made after all', async () => {
    server.faults.before = (visit) => {
      if (visit.what !== 'create' || visit.index > 0) return false
      visit.cut()
      return true
    }
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(1)
  })

  test('a creation that comes to be listed late is not made twice', async () => {
    let late: SentRequest[] | undefined
    let lists = 0
    server.faults.created = (visit, batch) => {
      late = [...batch.requests]
      server.batches.pop()
      server.faults.created = () => false
      visit.cut()
      return true
    }
    server.faults.before = ({ what }) => {
      if (what === 'list' && ++lists === 2) server.put(late!, true)
      return false
    }
    expect(await resumed()).toEqual(answersTo(asked))
    expect(lists).toBeGreaterThan(1)
    expect(server.visits.filter((what) => what === 'create')).toHaveLength(1)
    expect(server.batches).toHaveLength(1)
  })
})

describe('notes', () => {
  test('of batches whose results are not kept any more are forgotten', async () => {
    await resumed()
    const aged = (days: number): Promise<void> =>
      changeNoted(({ deliveredAt: _, ...noted }) => ({ ...noted, intendedAt: Date.now() - days * 86_400_000 }))
    await aged(28)
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(1)
    await aged(30)
    expect(await resumed()).toEqual(answersTo(asked))
    expect(server.batches).toHaveLength(2)
    expect(await notes.notes('')).toHaveLength(2)
  })

  test('that cannot be written keep the batch from being created', async () => {
    notes.setNote = async () => {
      throw new Error('no space')
    }
    expect(await resumed()).toEqual(asked.map(() => 'failed'))
    expect(server.visits).toEqual([])
  })

  test('of an API are not those of another one', async () => {
    await resumed()
    await using other = await startBatchesServer()
    const life = await live(other, { notes })
    expect(texts(await passing(life, life.weft.map(asked, life.ask)))).toEqual(answersTo(asked))
    await life.weft.close()
    expect(other.batches).toHaveLength(1)
  })
})

function answer(request: SentRequest): Fate {
  return { type: 'succeeded', text: `re: ${askedIn(request)}` }
}
