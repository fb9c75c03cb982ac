import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BatchesServer, startBatchesServer, type Visit } from '../../../fixtures/claude-batches-server.ts'
import { answersTo, questions } from '../../../support/nights.ts'

const program = fileURLToPath(new URL('../../../fixtures/batch-night.ts', import.meta.url))
const count = 100

let server: BatchesServer
let folder: string

beforeEach(async () => {
  server = await startBatchesServer()
  folder = await mkdtemp(join(tmpdir(), 'weft-night-'))
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

describe('a process that asks in batches', () => {
  test.each([
    [
      // It is found in the list, by its results.
      ['created', 'create', 0],
      ['before', 'results', 0],
      ['before', 'results', 1],
    ],
    [
      ['before', 'retrieve', 0],
      ['before', 'retrieve', 0],
      ['before', 'results', 0],
    ],
  ] as const)('goes on after SIGKILL at %j, %j and %j, and makes no batch twice', async (...places) => {
    for (const [place, kind, index] of places) {
      const process = start()
      let visits = 0
      server.faults[place] = async (visit: Visit) => {
        if (visit.what !== kind || visits++ !== index) return false
        process.kill('SIGKILL')
        await once(process, 'exit')
        return true
      }
      const [code, signal] = await once(process, 'exit')
      expect([code, signal]).toEqual([null, 'SIGKILL'])
      // What it left behind is worked on without it.
      for (const batch of server.batches) batch.hasEnded = true
      server.faults = {}
    }
    const last = start()
    const [printed] = await Promise.all([text(last.stdout), once(last, 'exit')])
    expect(JSON.parse(printed)).toEqual(answersTo(questions(count)))
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([count])
  })
})

function start() {
  return spawn(process.execPath, [program, server.baseURL, join(folder, 'notes.json'), String(count)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
