import { describe, expect, test } from 'vitest'
import { Load } from '../../../../models/anthropic/batches/load.ts'
import type { LaneControl } from '../../../../src/core/resource.ts'
import type { Outcome } from '../../../../src/index.ts'
import { askedIn } from '../../../fixtures/claude-batches-server.ts'
import {
  answersTo,
  codes,
  type Life,
  type LifeOptions,
  nights,
  passing,
  questions,
  texts,
} from '../../../support/nights.ts'

const night = nights()

function start(batch: NonNullable<LifeOptions['batch']>): Promise<Life> {
  return night.start({ batch })
}

/** Inputs one by one, and how many were read. */
function counted(asked: readonly string[]): {
  readonly read: { count: number }
  readonly source: AsyncIterable<string>
} {
  const read = { count: 0 }
  async function* source() {
    for (const question of asked) {
      read.count += 1
      yield question
    }
  }
  return { read, source: source() }
}

async function until(life: Life, isSo: () => boolean): Promise<void> {
  while (!isSo()) await life.clock.advance(5_000)
}

const long = questions(400).map((question) => question.padEnd(2_000, '.'))
const hourMs = 3_600_000

describe('what is not sent', () => {
  test('is as many bytes as is said, and nothing more begins until it is sent', async () => {
    let isBusy = true
    night.server.faults.before = (visit) => {
      if (visit.what !== 'create' || !isBusy) return false
      visit.refuse(529, 'overloaded_error')
      return true
    }
    const life = await start({ maxUnsentBytes: 200_000 })
    const { read, source } = counted(long)
    const run = life.weft.map(source, life.ask)
    await until(life, () => read.count > 80 && night.server.visits.length > 3)
    await life.clock.advance(hourMs)
    // The last that began was read, and so was the one that comes next.
    expect(read.count * 2_100).toBeLessThan(200_000 + 3 * 2_100)
    isBusy = false
    expect(texts(await passing(life, run))).toEqual(answersTo(long))
    for (const { bytes } of night.server.batches) expect(bytes).toBeLessThanOrEqual(100_000)
  })

  test('and is larger alone goes alone', async () => {
    const life = await start({ maxUnsentBytes: 1_000, maxWaitingBytes: 1_000 })
    expect(texts(await passing(life, life.weft.map(long.slice(0, 5), life.ask)))).toEqual(answersTo(long.slice(0, 5)))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 1, 1])
  })

  test('since it may have been created keeps others from being sent for two minutes, not for hours', async () => {
    night.server.ends = () => false
    night.server.faults.created = (visit, { id }) => {
      if (id !== 'msgbatch_1') return false
      visit.cut()
      return true
    }
    const life = await start({ maxUnsentBytes: 50_000 })
    const run = life.weft.map(long.slice(0, 60), life.ask)
    await until(life, () => night.server.batches.reduce((sum, { requests }) => sum + requests.length, 0) === 60)
    await life.clock.advance(hourMs)
    // What was in doubt is somebody else's after all: its tasks make theirs anew.
    const [doubtful] = night.server.batches
    const lost = doubtful!.requests.length
    doubtful!.requests = doubtful!.requests.map((one) => ({ ...one, custom_id: `theirs-${one.custom_id}` }))
    doubtful!.hasEnded = true
    night.server.ends = () => true
    const outcomes = await passing(life, run)
    expect(texts(outcomes)).toEqual(answersTo(long.slice(0, 60)))
    expect(outcomes.filter(({ attempts }) => attempts === 2)).toHaveLength(lost)
  })
})

describe('what waits', () => {
  test('lets nothing begin in the midst of those that came or left', async () => {
    const rooms: number[] = []
    const limits = { maxUnsentBytes: 1_000, maxWaitingBytes: 10_000 }
    const lane = {
      batch: limits,
      get room() {
        return rooms.at(-1) ?? 16
      },
      set room(room: number) {
        rooms.push(room)
      },
    }
    const load = new Load(lane as unknown as LaneControl)
    load.came(500, 1_000)
    load.came(500, 1_000)
    expect(rooms).toEqual([1, 0])
    load.left(500, 1_000)
    load.left(500, 1_000)
    expect(rooms).toEqual([1, 0])
    await Promise.resolve()
    expect(rooms).toEqual([1, 0, 2])
  })

  test('is as many bytes as is said, and goes on when something was answered', async () => {
    let mayEnd = false
    night.server.ends = () => mayEnd
    const life = await start({ maxWaitingBytes: 400_000 })
    const { read, source } = counted(long)
    const run = life.weft.map(source, life.ask)
    await life.clock.advance(hourMs)
    // Of each 2,000 of its text, 10,000 beside.
    expect(read.count).toBeGreaterThan(30)
    expect(read.count).toBeLessThan(40)
    mayEnd = true
    expect(texts(await passing(life, run))).toEqual(answersTo(long))
  })

  test('does not count what all requests share', async () => {
    night.server.ends = () => false
    const life = await start({ maxWaitingBytes: 400_000 })
    const requests = questions(100).map((content) => {
      return { system: 's'.repeat(20_000), messages: [{ role: 'user', content }] } as const
    })
    const run = life.weft.map(requests, life.ask)
    await life.clock.advance(hourMs)
    expect(life.weft.lane('anthropic').state.why).toMatch(/[45]\d requests/)
    run.cancel()
    expect(codes(await run).every((code) => code === 'cancelled')).toBe(true)
  })

  test('keeps a pipeline from reading on, whichever of its steps it is, and lets it go on', async () => {
    let mayEnd = false
    night.server.ends = () => mayEnd
    const life = await start({ maxWaitingBytes: 400_000 })
    const { read, source } = counted(long)
    const outcomes: Outcome<unknown>[] = []
    const pipeline = life.weft
      .pipeline(source)
      .step('as it is', async (text: string) => text)
      .step('ask', life.ask)
    const run = (async () => {
      for await (const outcome of pipeline) outcomes.push(outcome)
    })()
    await life.clock.advance(hourMs)
    expect(read.count).toBeGreaterThan(30)
    // Those that wait, and those that are on their way there.
    expect(read.count).toBeLessThan(50)
    mayEnd = true
    await passing(life, run)
    expect(outcomes).toHaveLength(long.length)
    expect(codes(outcomes).every((code) => code === 'done')).toBe(true)
    expect(new Set(night.server.batches.flatMap(({ requests }) => requests.map(askedIn))).size).toBe(long.length)
  })

  test('is all that a pipeline reads on for: what stands before its other steps is as much as elsewhere', async () => {
    const life = await start({})
    const asked = questions(2_000)
    const { read, source } = counted(asked)
    const gate = Promise.withResolvers<void>()
    const few = { concurrency: 8 }
    const pipeline = life.weft
      .pipeline(source)
      .step('quick', async (text: string) => text, few)
      .step('slow', (text: string, context) => context.waitFor(gate.promise).then(() => text), few)
      .step('ask', life.ask)
    const outcomes: Outcome<unknown>[] = []
    const run = (async () => {
      for await (const outcome of pipeline) outcomes.push(outcome)
    })()
    await life.clock.advance(hourMs)
    expect(read.count).toBeGreaterThan(32)
    expect(read.count).toBeLessThan(300)
    gate.resolve()
    await passing(life, run)
    expect(codes(outcomes)).toEqual(asked.map(() => 'done'))
  })

  test('is let go by those who leave', async () => {
    night.server.ends = () => false
    const life = await start({ maxWaitingBytes: 50_000 })
    const first = life.weft.map(long, life.ask)
    await life.clock.advance(hourMs)
    const other = life.weft.map(questions(3), life.ask)
    await life.clock.advance(hourMs)
    const before = night.server.batches.length
    first.cancel()
    night.server.ends = () => true
    expect(texts(await passing(life, other))).toEqual(answersTo(questions(3)))
    expect(night.server.batches.length).toBeGreaterThan(before)
  })
})
