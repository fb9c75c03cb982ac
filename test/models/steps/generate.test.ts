import { describe, expect, test } from 'vitest'
import { createRuntime, type Delta, generate, type LaneTask, type Round, unwrap, values } from '../../../src/index.ts'
import { promptOf, scripted } from '../../support/scripted-generator.ts'

describe('generate', () => {
  test('takes a text, or a whole request whose words win over the options', async () => {
    await using weft = await createRuntime()
    const model = scripted((request) => `to ${promptOf(request)}`)
    const task = generate(model, { system: 'Be brief.', maxTokens: 50, temperature: 0, cache: true })
    const request = { system: 'Be long.', messages: [{ role: 'user', content: 'Hello' }] } as const
    const outcomes = await weft.map(['Hi', request], task)
    expect(values(outcomes).map(({ text }) => text)).toEqual(['to Be brief.\nHi', 'to Be long.\nHello'])
    expect(model.requests[1]).toMatchObject({ maxTokens: 50, temperature: 0, cache: true, system: 'Be long.' })
  })

  test('runs on the lane of its model, by every way to run a task', async () => {
    await using weft = await createRuntime({ lanes: { mine: { concurrency: 1 } } })
    const model = scripted((request) => promptOf(request).toUpperCase(), { lane: 'mine' })
    const task = generate(model)
    expect(task.lane).toBe('mine')
    expect((await weft.call(task, 'a')).text).toBe('A')
    const run = weft.pipeline(['b']).step('write', task)
    expect(values(await run).map(({ text }) => text)).toEqual(['B'])
    expect(Object.keys(run.stats().lanes)).toEqual(['mine'])
    const called = await weft.call(async (text: string, context) => context.call(task, text), 'c')
    expect(called.text).toBe('C')
  })

  test('reserves what the model expects, and counts what it used', async () => {
    await using weft = await createRuntime()
    const task = generate(
      scripted(() => 'four'),
      { maxTokens: 10 },
    )
    const [outcome] = await weft.map(['eight ch'], task, { budget: { tokens: 12 } })
    expect(outcome).toMatchObject({ status: 'done', usage: { inputTokens: 2, outputTokens: 1 } })
    const [refused] = await weft.map(['eight ch'], task, { budget: { tokens: 11 } })
    expect(refused).toMatchObject({ status: 'skipped', cause: { code: 'BUDGET_SPENT' } })
  })

  test('tells whose each delta is', async () => {
    await using weft = await createRuntime()
    const seen: [Delta, Round][] = []
    const told: Delta[] = []
    const task = generate(
      scripted(() => 'a long answer'),
      { onDelta: (delta, of) => seen.push([delta, of]) },
    )
    const request = { messages: [{ role: 'user', content: 'x' }], onDelta: (delta: Delta) => told.push(delta) } as const
    const [outcome] = await weft.map([request], task)
    expect(seen).toEqual([
      [
        { type: 'text', text: 'a long a' },
        { id: outcome!.id, attempt: 1, round: 1 },
      ],
      [
        { type: 'text', text: 'nswer' },
        { id: outcome!.id, attempt: 1, round: 1 },
      ],
    ])
    expect(told).toHaveLength(2)
  })

  test('refuses what is no request', async () => {
    await using weft = await createRuntime()
    const task: LaneTask<never, unknown> = generate(scripted(() => ''))
    const messages = [{ role: 'user', content: 'x' }]
    const last = [...messages, { role: 'assistant', content: 'y' }]
    const odd = [{ messages: [{ role: 'bot', content: 'x' }] }, { messages: [{ role: 'user', content: 5 }] }]
    for (const input of [
      7,
      null,
      '',
      ' ',
      { messages: [] },
      {},
      { messages, temprature: 1 },
      { messages: last },
      ...odd,
    ]) {
      const [outcome] = await weft.map([input as never], task)
      expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'INVALID_INPUT' } })
    }
  })
})

test('what a model fails with is the failure of the task', async () => {
  await using weft = await createRuntime()
  const model = scripted(() => {
    throw new TypeError('no such model')
  })
  const [outcome] = await weft.map(['x'], generate(model))
  expect(() => unwrap(outcome!)).toThrow('no such model')
})
