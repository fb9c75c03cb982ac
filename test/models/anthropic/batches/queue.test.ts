import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { anthropic } from '../../../../models/anthropic.ts'
import { prices } from '../../../../models/prices.ts'
import { generate, type LaneEvent } from '../../../../src/index.ts'
import { askedIn, type Visit } from '../../../fixtures/claude-batches-server.ts'
import { answersTo, codes, key, nights, passing, questions, texts } from '../../../support/nights.ts'

const night = nights()

const { start } = night

describe('a lane of mode batch', () => {
  test('answers all in one batch, in whatever order the results come, at half the price', async () => {
    const life = await start()
    const asked = questions(100)
    const run = life.weft.map(asked, life.ask)
    const outcomes = await passing(life, run)
    expect(texts(outcomes)).toEqual(answersTo(asked))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([100])
    const { input, output } = prices.usdPerMillionTokens['claude-haiku-5-5']!
    expect(outcomes[0]!.usage.costUsd).toBeCloseTo((1000 * input + 100 * output) / 2e6, 12)
    expect(run.stats().usage.costUsd).toBeCloseTo((100 * (1000 * input + 100 * output)) / 2e6, 9)
  })

  test('sends what it would send otherwise, but for the stream, with the length of the whole', async () => {
    let length: string | undefined
    night.server.faults.before = ({ what, headers }) => {
      if (what === 'create') length = headers['content-length']
      return false
    }
    const life = await start({ model: { effort: 'low', maxTokens: 77 } })
    await passing(life, life.weft.map(['Ünï \u{1f600} "quoted"'], life.ask))
    const { requests, bytes } = night.server.batches[0]!
    expect(Number(length)).toBe(bytes)
    expect(requests[0]!.params).toEqual({
      model: 'claude-haiku-5-5',
      max_tokens: 77,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Ünï \u{1f600} "quoted"' }] }],
      output_config: { effort: 'low' },
    })
  })

  test('holds no slot and runs no limit on time while it waits', async () => {
    night.server.ends = (batch) => batch.polls > 20
    const life = await start()
    const run = life.weft.map(questions(3), life.ask, { timeoutMs: 1_000, totalTimeoutMs: 2_000 })
    await passing(life, run, 60_000)
    expect(life.clock.now()).toBeGreaterThan(3_600_000)
    expect(codes(await run)).toEqual(['done', 'done', 'done'])
  })

  test('is called by tasks of other lanes, whose limits stand meanwhile', async () => {
    night.server.ends = (batch) => batch.polls > 20
    const life = await start()
    const run = life.weft.map(questions(2), (question, context) => context.call(life.ask, question), {
      timeoutMs: 1_000,
    })
    expect(texts(await passing(life, run, 60_000))).toEqual(answersTo(questions(2)))
  })

  test('asks equal things once, and pays once', async () => {
    const life = await start()
    const run = life.weft.map(['same', 'same', 'other'], life.ask)
    const outcomes = await passing(life, run)
    expect(night.server.batches[0]!.requests).toHaveLength(2)
    expect(texts(outcomes)).toEqual(['re: same', 're: same', 're: other'])
    expect(outcomes.filter(({ usage }) => usage.costUsd > 0)).toHaveLength(2)
  })

  test('shares a batch between models, and keeps accounts apart', async () => {
    const life = await start()
    const [one, other, foreign] = [{}, { model: 'claude-sonnet-5-5' }, { apiKey: 'sk-other-account' }].map((more) =>
      generate(anthropic({ apiKey: key, baseURL: night.server.baseURL, ...more })),
    )
    const runs = [life.weft.map(['a'], one!), life.weft.map(['b'], other!), life.weft.map(['c'], foreign!)]
    await passing(life, Promise.all(runs))
    expect(night.server.batches.map(({ requests }) => requests.map(askedIn).sort())).toEqual([['a', 'b'], ['c']])
  })

  test('checks answers, and asks for a repair in another batch', async () => {
    night.server.fate = (request) => ({
      type: 'succeeded',
      text: request.params.messages.length === 1 ? '{"age":"four"}' : '{"age":4}',
    })
    const life = await start()
    const schema = z.object({ age: z.number() })
    const claude = anthropic({ apiKey: key, baseURL: night.server.baseURL })
    const [outcome] = await passing(life, life.weft.map(['how old?'], generate(claude, { schema })))
    expect(outcome).toMatchObject({ status: 'done', value: { json: { age: 4 } } })
    expect(night.server.batches).toHaveLength(2)
  })

  test('knows tools, refusals and cut answers as a stream does', async () => {
    night.server.fate = (request) => {
      const asked = askedIn(request)
      if (asked === 'tool') {
        const tool = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } }
        return { type: 'succeeded', tool, stopReason: 'tool_use' }
      }
      return { type: 'succeeded', text: 'so', stopReason: asked === 'refuse' ? 'refusal' : 'max_tokens' }
    }
    const life = await start()
    const outcomes = await passing(life, life.weft.map(['tool', 'refuse', 'cut'], life.ask))
    expect(outcomes).toMatchObject([
      { value: { toolCalls: [{ name: 'weather', input: { city: 'Paris' } }], stopReason: 'tool-calls' } },
      { failure: { code: 'CONTENT_REFUSED' } },
      { value: { text: 'so', stopReason: 'max-tokens' } },
    ])
  })

  test('expects half the price: a budget that is enough for that lets all begin', async () => {
    const claude = anthropic({ apiKey: key, baseURL: night.server.baseURL })
    const request = { messages: [{ role: 'user', content: 'hello' }] } as const
    const direct = claude.estimate(request).costUsd!
    expect(claude.estimate(request, 'batch').costUsd).toBeCloseTo(direct / 2, 15)
    const life = await start()
    const run = life.weft.map(questions(10), generate(claude), { budget: { costUsd: 7 * direct } })
    await passing(life, run)
    expect(night.server.batches[0]!.requests).toHaveLength(10)
  })

  test('says what it does', async () => {
    const life = await start()
    await passing(life, life.weft.map(questions(1_200), life.ask))
    const whys = life.events.filter((event): event is LaneEvent => event.type === 'lane-changed').map(({ why }) => why)
    expect(whys).toEqual([
      'gathers requests for a batch',
      'a batch of 1,200 requests is being sent',
      'batch msgbatch_1: 1,200 requests, asked again in 30 s',
      'batch msgbatch_1: 1,200 requests, asked again in 45 s',
      'batch msgbatch_1: 1,200 of 1,200 done, ended',
      'batch msgbatch_1: its results are here',
    ])
    expect(life.weft.lane('anthropic').state.why).toBe(whys.at(-1))
  })
})

describe('chunks', () => {
  test('are of as many requests as is said', async () => {
    const life = await start({ batch: { maxRequests: 40 } })
    const outcomes = await passing(life, life.weft.map(questions(100), life.ask))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([40, 40, 20])
    expect(texts(outcomes)).toEqual(answersTo(questions(100)))
  })

  test('are of as many bytes as is said, to the byte', async () => {
    const life = await start({ batch: { maxBytes: 5_000 } })
    await passing(life, life.weft.map(questions(100), life.ask))
    const sizes = night.server.batches.map(({ bytes }) => bytes)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000)
    // One more would not have had room.
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(5_000 - 400)
  })

  test('a request that is larger alone is refused, and the rest sent', async () => {
    const life = await start({ batch: { maxBytes: 5_000 } })
    const outcomes = await passing(life, life.weft.map(['x'.repeat(6_000), 'short'], life.ask))
    expect(codes(outcomes)).toEqual(['REQUEST_REFUSED', 'done'])
  })

  test('are halved where the server takes less', async () => {
    night.server.faults.before = (visit) => {
      if (visit.what !== 'create' || Number(visit.headers['content-length']) <= 5_000) return false
      visit.refuse(413, 'request_too_large')
      return true
    }
    const life = await start()
    const outcomes = await passing(life, life.weft.map(questions(100), life.ask))
    expect(texts(outcomes)).toEqual(answersTo(questions(100)))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([25, 25, 25, 25])
  })

  test('are sent after five minutes although more and more come', async () => {
    const life = await start({ batch: { lingerMs: 10_000 } })
    async function* slowly() {
      for (let n = 0; n < 100; n += 1) {
        const { promise, resolve } = Promise.withResolvers<void>()
        life.clock.startTimer(resolve, 5_000)
        await promise
        yield `question ${n}`
      }
    }
    await passing(life, life.weft.map(slowly(), life.ask), 1_000)
    expect(night.server.batches).toHaveLength(2)
    expect(night.server.batches[0]!.requests.length).toBeGreaterThan(55)
  })
})

describe('what is not answered', () => {
  test('is asked again in another batch where that may help', async () => {
    const tries = new Map<string, number>()
    const first = { expired: { type: 'expired' }, canceled: { type: 'canceled' } } as const
    night.server.fate = (request) => {
      const asked = askedIn(request)
      tries.set(asked, (tries.get(asked) ?? 0) + 1)
      if (asked === 'good' || tries.get(asked)! > 1) return { type: 'succeeded', text: `re: ${asked}` }
      if (asked in first) return first[asked as keyof typeof first]
      return { type: 'errored', error: asked }
    }
    const life = await start()
    const asked = ['good', 'expired', 'canceled', 'api_error', 'overloaded_error', 'rate_limit_error']
    const outcomes = await passing(life, life.weft.map(asked, life.ask))
    expect(texts(outcomes)).toEqual(answersTo(asked))
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 2, 2, 2, 2, 2])
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([6, 5])
    expect(life.weft.lane('anthropic').state).toMatchObject({ phase: 'steady', concurrency: 50_000 })
  })

  test('fails for good where it does not', async () => {
    night.server.fate = () => ({ type: 'errored', error: 'invalid_request_error', message: `nonsense, ${key}` })
    const life = await start()
    const outcomes = await passing(life, life.weft.map(['nonsense'], life.ask))
    expect(outcomes).toMatchObject([
      { status: 'failed', attempts: 1, failure: { code: 'REQUEST_REFUSED', kind: 'input' } },
    ])
    expect(JSON.stringify(outcomes)).not.toContain(key)
  })

  test('fails when three batches expired', async () => {
    night.server.fate = () => ({ type: 'expired' })
    const life = await start()
    const outcomes = await passing(life, life.weft.map(['late'], life.ask))
    expect(outcomes).toMatchObject([
      { status: 'failed', attempts: 3, failure: { code: 'BATCH_EXPIRED', retryable: true } },
    ])
    expect(night.server.batches).toHaveLength(3)
  })

  test('nor in the results, although they are whole, is asked again', async () => {
    const life = await start()
    night.server.faults.created = (_, batch) => {
      if (batch.id === 'msgbatch_1') {
        batch.requests = batch.requests.map((one, index) => (index === 1 ? { ...one, custom_id: 'strange' } : one))
      }
      return false
    }
    const outcomes = await passing(life, life.weft.map(questions(3), life.ask))
    expect(texts(outcomes)).toEqual(answersTo(questions(3)))
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 2, 1])
  })
})

describe('a provider that refuses', () => {
  test.each(['create', 'retrieve', 'results'])('%s for a while is asked again, as it says', async (what) => {
    const refusals: readonly Parameters<Visit['refuse']>[] = [
      [429, 'rate_limit_error', { 'retry-after': '700' }],
      [529, 'overloaded_error'],
    ]
    const at: number[] = []
    const life = await start()
    night.server.faults.before = (visit) => {
      const refusal = visit.what === what ? refusals[visit.index] : undefined
      if (visit.what === what) at.push(life.clock.now())
      if (refusal === undefined) return false
      visit.refuse(...refusal)
      return true
    }
    const outcomes = await passing(life, life.weft.map(questions(5), life.ask))
    expect(texts(outcomes)).toEqual(answersTo(questions(5)))
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1])
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(700_000)
    expect(night.server.batches).toHaveLength(1)
    expect(life.weft.lane('anthropic').state).toMatchObject({ phase: 'steady', concurrency: 50_000 })
  })

  test.each(['create', 'retrieve', 'results'])('%s for its key stops the lane', async (what) => {
    night.server.faults.before = (visit) => {
      if (visit.what !== what) return false
      visit.refuse(401, 'authentication_error')
      return true
    }
    const life = await start()
    const outcomes = await passing(life, life.weft.map(questions(3), life.ask))
    expect(codes(outcomes)).toEqual(['AUTH_FAILED', 'AUTH_FAILED', 'AUTH_FAILED'])
    expect(life.weft.lane('anthropic').state.phase).toBe('stopped')
    // Put right, the same batch is taken up again.
    night.server.faults = {}
    life.weft.lane('anthropic').resume()
    expect(texts(await passing(life, life.weft.map(questions(3), life.ask)))).toEqual(answersTo(questions(3)))
    expect(night.server.batches).toHaveLength(1)
  })

  test('results that break off are read again, and nobody gets two answers', async () => {
    night.server.faults.linesOf = (batch) => [0, 30, 60][batch.readings - 1]
    const life = await start()
    const outcomes = await passing(life, life.weft.map(questions(100), life.ask))
    expect(texts(outcomes)).toEqual(answersTo(questions(100)))
    expect(night.server.batches).toMatchObject([{ readings: 4 }])
  })

  test.each([
    ['retrieve', 2, 1],
    ['retrieve', 3, 2],
    ['results', 2, 1],
    ['results', 3, 2],
  ])('%s that finds no batch %i times in a row: there are %i in the end', async (what, times, batches) => {
    night.server.faults.before = (visit) => {
      if (visit.what !== what || visit.index >= times) return false
      visit.refuse(404, 'not_found_error')
      return true
    }
    const life = await start()
    expect(texts(await passing(life, life.weft.map(['a'], life.ask)))).toEqual(['re: a'])
    expect(night.server.batches).toHaveLength(batches)
  })

  test('results with a line that is no JSON are read again, and then what it held is asked for again', async () => {
    night.server.faults.lineOf = (batch, line, at) => (batch.id !== 'msgbatch_1' ? line : at === 0 ? '{"custom' : line)
    const life = await start()
    const outcomes = await passing(life, life.weft.map(questions(3), life.ask))
    expect(texts(outcomes)).toEqual(answersTo(questions(3)))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([3, 1])
    expect(night.server.batches[0]!.readings).toBe(3)
  })

  test('results in which a line stands twice and one is missing are not taken for whole', async () => {
    let lastLine = ''
    night.server.faults.lineOf = (batch, line, at) => {
      const twice = batch.readings === 1 && at === 1 ? lastLine : line
      lastLine = line
      return twice
    }
    const life = await start()
    expect(texts(await passing(life, life.weft.map(questions(3), life.ask)))).toEqual(answersTo(questions(3)))
    expect(night.server.batches).toMatchObject([{ readings: 2 }])
  })
})

describe('cancelling', () => {
  test('what is gathered is not sent', async () => {
    const life = await start()
    const run = life.weft.map(questions(5), life.ask)
    const other = life.weft.map(questions(2, 3), life.ask)
    await life.clock.advance(1_000)
    run.cancel('enough')
    expect(texts(await passing(life, other))).toEqual(answersTo(questions(2, 3)))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([2])
  })

  test('what was sent goes on, and is there for whoever asks the same', async () => {
    const life = await start()
    const run = life.weft.map(questions(5), life.ask)
    await passing(life, created(1))
    await life.clock.advance(1_000)
    run.cancel('enough')
    expect(codes(await run)).toEqual(Array.from({ length: 5 }, () => 'cancelled'))
    await life.clock.advance(3_600_000)
    expect(night.server.batches[0]!.polls).toBe(0)
    const again = life.weft.map(questions(6), life.ask)
    expect(texts(await passing(life, again))).toEqual(answersTo(questions(6)))
    expect(night.server.batches.map(({ requests }) => requests.length)).toEqual([5, 1])
  })

  test('closing waits for a creation that is on its way, so that it is known', async () => {
    const arrived = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    night.server.faults.created = async () => {
      arrived.resolve()
      await released.promise
      return false
    }
    const noted = new Map<string, string>()
    const notes = {
      setNote: async (name: string, text?: string) =>
        void (text === undefined ? noted.delete(name) : noted.set(name, text)),
      notes: async () => [...noted],
    }
    const life = await start({ notes })
    const run = life.weft.map(['a'], life.ask)
    await passing(life, arrived.promise)
    const closed = life.weft.close()
    released.resolve()
    await closed
    expect(codes(await run)).toEqual(['cancelled'])
    expect([...noted.values()].some((text) => text.includes('msgbatch_1'))).toBe(true)
  })
})

/** Resolves when so many batches are there. */
async function created(count: number): Promise<void> {
  while (night.server.batches.length < count) await new Promise((resolve) => setImmediate(resolve))
}
