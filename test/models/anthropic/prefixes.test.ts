import { describe, expect, test } from 'vitest'
import { type Ahead, Prefixes } from '../../../models/anthropic/prefixes.ts'
import { anthropic } from '../../../models/anthropic.ts'
import type { GenerateRequest } from '../../../models/model.ts'
import { createRuntime } from '../../../src/index.ts'
import { type ClaudeCall, type ClaudeServer, startClaudeServer } from '../../fixtures/claude-server.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'
import { asking } from '../../support/generate.ts'

describe('who shares a prefix', () => {
  const clock = new ManualClock()
  const never = new AbortController().signal

  /** Attempts that want to go, and those that may. */
  function crowd(prefixes = new Prefixes(1_000, clock)) {
    const gone: (Ahead & { readonly name: string })[] = []
    const come = async (name: string, key = 'one', signal = never): Promise<void> => {
      const ahead = await prefixes.enter(key, signal, (promise) => promise)
      gone.push({ ...ahead, name })
    }
    return { come, gone, names: () => gone.map(({ name }) => name), prefixes }
  }

  test('waits for the first token of the first', async () => {
    const { come, gone, names } = crowd()
    for (const name of ['a', 'b', 'c']) void come(name)
    await rest()
    expect(names()).toEqual(['a'])
    gone[0]!.arrived()
    await rest()
    expect(names()).toEqual(['a', 'b', 'c'])
  })

  test('goes one by one while nobody gets a token', async () => {
    const { come, gone, names } = crowd()
    for (const name of ['a', 'b', 'c']) void come(name)
    await rest()
    gone[0]!.ended()
    gone[0]!.ended()
    await rest()
    expect(names()).toEqual(['a', 'b'])
    gone[1]!.ended()
    await rest()
    gone[2]!.arrived()
    gone[2]!.ended()
    void come('d')
    await rest()
    expect(names()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('goes at once for as long as the provider keeps it, from its last use on', async () => {
    const { come, gone, names } = crowd()
    void come('a')
    await rest()
    gone[0]!.arrived()
    clock.skip(900)
    void come('b')
    await rest()
    gone[1]!.arrived()
    clock.skip(900)
    void come('c')
    await rest()
    expect(names()).toEqual(['a', 'b', 'c'])
    clock.skip(2_000)
    void come('d')
    void come('e')
    await rest()
    expect(names()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('is not held up by another prefix', async () => {
    const { come, names } = crowd()
    void come('a', 'one')
    void come('b', 'two')
    await rest()
    expect(names()).toEqual(['a', 'b'])
  })

  test('that failed although it was warm lets nobody lead', async () => {
    const { come, gone, names } = crowd()
    void come('a')
    await rest()
    gone[0]!.arrived()
    void come('b')
    await rest()
    clock.skip(2_000)
    void come('c')
    void come('d')
    await rest()
    gone[1]!.ended()
    await rest()
    expect(names()).toEqual(['a', 'b', 'c'])
  })

  test('leaves when it is cancelled, waiting or told to go', async () => {
    const { come, gone, names } = crowd()
    const cancelled = new AbortController()
    void come('a')
    const left = come('b', 'one', cancelled.signal)
    const told = new AbortController()
    const leads = come('c', 'one', told.signal)
    void come('d')
    await rest()
    cancelled.abort('seen enough')
    await expect(left).rejects.toBe('seen enough')
    gone[0]!.ended()
    told.abort('too late')
    await expect(leads).rejects.toBe('too late')
    await expect(come('e', 'one', cancelled.signal)).rejects.toBe('seen enough')
    await rest()
    expect(names()).toEqual(['a', 'd'])
  })

  test('waits half a minute for one that gets no token, then the next goes as well', async () => {
    const { come, gone, names } = crowd()
    for (const name of ['a', 'b', 'c']) void come(name)
    await clock.advance(29_999)
    expect(names()).toEqual(['a'])
    await clock.advance(1)
    expect(names()).toEqual(['a', 'b'])
    // That the late one ends after all makes nobody lead; that it has its token lets all go.
    gone[0]!.ended()
    await rest()
    expect(names()).toEqual(['a', 'b'])
    await clock.advance(30_000)
    gone[0]!.arrived()
    void come('d')
    await rest()
    expect(names()).toEqual(['a', 'b', 'c', 'd'])
    for (const ahead of gone) ahead.ended()
    expect(clock.pending).toBe(0)
  })

  test('leads when it comes after one that has taken too long alone', async () => {
    const { come, names } = crowd()
    void come('a')
    await clock.advance(30_000)
    void come('b')
    void come('c')
    await rest()
    expect(names()).toEqual(['a', 'b'])
  })

  test('that cannot have its slot back, waiting or told to lead, leads nobody into a standstill', async () => {
    const prefixes = new Prefixes(1_000, clock)
    const { come, gone, names } = crowd(prefixes)
    void come('a')
    await rest()
    const stopped = Promise.withResolvers<never>()
    const waiting = prefixes.enter('one', never, () => stopped.promise)
    const told = prefixes.enter('one', never, async (promise) => {
      await promise
      throw new Error('the lane was stopped')
    })
    void come('b')
    stopped.reject(new Error('out of time'))
    await expect(waiting).rejects.toThrow('out of time')
    gone[0]!.ended()
    await expect(told).rejects.toThrow('the lane was stopped')
    await rest()
    expect(names()).toEqual(['a', 'b'])
  })

  test('are a thousand at most', async () => {
    const { come, prefixes } = crowd()
    for (let index = 0; index < 1_100; index += 1) await come(`${index}`, `key ${index}`)
    expect(prefixes.size).toBe(1_000)
  })
})

describe('on the lane', () => {
  const apiKey = 'sk-test-123456'

  function sibling(text: string, system = 'You know the whole book: …'): GenerateRequest {
    return { system, messages: [{ role: 'user', content: text }], cache: true }
  }

  function heldServer(): Promise<ClaudeServer> {
    return startClaudeServer((call) => {
      call.begin()
      call.event('message_start', { message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } })
    })
  }

  function finish(call: ClaudeCall): void {
    call.event('content_block_start', { index: 0, content_block: { type: 'text', text: 'Yes.' } })
    call.event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } })
    call.event('message_stop', {})
    call.end()
  }

  test('the server sees one request until its first token, then all; the others hold no slot meanwhile', async () => {
    await using server = await heldServer()
    await using weft = await createRuntime({ lanes: { anthropic: { concurrency: 3 } } })
    const { task } = asking(anthropic({ apiKey, baseURL: server.baseURL }))
    const siblings = weft.map(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => sibling(text)),
      task,
    )
    const stranger = weft.map([sibling('x', 'You know another book.')], task)
    // The stranger came last, on a lane of three: it was let in because those who wait hold no slot.
    await server.came(2)
    await rest()
    expect(server.calls.map(({ body }) => body.messages[0]!.content[0]!.text)).toEqual(['a', 'x'])
    expect(weft.lane('anthropic').running).toBe(2)

    server.calls[0]!.event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    await server.came(3)
    finish(server.calls[1]!)
    for (let index = 2; index < 7; index += 1) {
      await server.came(index + 1)
      finish(server.calls[index]!)
    }
    finish(server.calls[0]!)
    const outcomes = [...(await siblings), ...(await stranger)]
    expect(outcomes.map(({ status }) => status)).toEqual(Array(7).fill('done'))
    expect(server.calls.length).toBe(7)
  })

  test('a leader that fails is followed by the next, and tries again behind it', async () => {
    await using server = await heldServer()
    await using weft = await createRuntime()
    const { task } = asking(anthropic({ apiKey, baseURL: server.baseURL }))
    const run = weft.map(
      ['a', 'b', 'c'].map((text) => sibling(text)),
      task,
      { retry: { baseDelayMs: 1 } },
    )
    await server.came(1)
    server.calls[0]!.cut()
    await server.came(2)
    await rest()
    expect(server.calls.map(({ body }) => body.messages[0]!.content[0]!.text)).toEqual(['a', 'b'])
    finish(server.calls[1]!)
    await server.came(4)
    for (const call of server.calls.slice(2)) finish(call)
    expect((await run).map(({ status, attempts }) => [status, attempts])).toEqual([
      ['done', 2],
      ['done', 1],
      ['done', 1],
    ])
  })

  test('cancelling the run ends those that wait', async () => {
    await using server = await heldServer()
    await using weft = await createRuntime()
    const { task } = asking(anthropic({ apiKey, baseURL: server.baseURL }))
    const run = weft.map(
      ['a', 'b', 'c'].map((text) => sibling(text)),
      task,
    )
    await server.came(1)
    run.cancel('seen enough')
    expect((await run).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    await server.idle()
    expect(server.calls.length).toBe(1)
  })
})
