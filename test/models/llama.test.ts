import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LlamaModel, llama } from '../../models/llama.ts'
import type { Delta, GenerateRequest, Generation, ModelContext } from '../../models/model.ts'
import { createRuntime, type Failure, type LaneTask, type Outcome, type Runtime } from '../../src/index.ts'
import { briefText, jsonText } from '../support/gguf/llama.ts'
import { bertFile, llamaFile, mediumLlama, tinyLlama, unloadableFile } from '../support/gguf/models.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { weatherTool } from './conformance/prompts.ts'
import { embedderConformance, generatorConformance, prompts } from './conformance.ts'

const writer = llama({ model: llamaFile() })
const embedder = llama({ model: bertFile() })

for (const isolation of ['worker', 'process'] as const) {
  generatorConformance({
    name: `llama, ${isolation}`,
    skips: { tools: 'random weights call no tool; one that was told to does, below' },
    make: () => ({
      model: llama({ model: llamaFile({ ...tinyLlama, leaning: jsonText }), isolation }),
      failures: [
        {
          name: 'a prompt longer than the context',
          input: { messages: [{ role: 'user', content: 'so it goes. '.repeat(2000) }] },
          code: 'REQUEST_REFUSED',
          kind: 'input',
          retryable: false,
        },
        {
          name: 'the result of no call',
          input: { messages: [{ role: 'user', content: [{ type: 'tool-result', id: 'x', content: '' }] }] },
          code: 'REQUEST_REFUSED',
          kind: 'input',
          retryable: false,
        },
        {
          name: 'a model that embeds',
          model: llama({ model: bertFile(), isolation }),
          input: { messages: [{ role: 'user', content: 'Good morning' }] },
          code: 'REQUEST_REFUSED',
          kind: 'input',
          retryable: false,
        },
      ],
    }),
  })

  embedderConformance({
    name: `llama, ${isolation}`,
    skips: { meaning: 'random weights mean nothing' },
    make: () => ({
      model: llama({ model: bertFile(), isolation }),
      failures: [
        {
          name: 'a model that writes',
          model: llama({ model: llamaFile(), isolation }),
          input: ['Good morning'],
          code: 'REQUEST_REFUSED',
          kind: 'input',
          retryable: false,
        },
      ],
    }),
  })
}

/** In the words of the chat template that the library takes for the model. */
const callsTheWeather = [
  ['assistant\n', '||call: '],
  ['||call: ', 'weather'],
  ['weather', '('],
  ['(', '{"city":"Paris"}'],
  ['{"city":"Paris"}', ')'],
  [')', '<|im_end|>'],
] as const

let weft: Runtime

beforeAll(async () => {
  weft = await createRuntime()
})

afterAll(() => weft.close())

describe('a seed', () => {
  const request = { ...user(prompts.long), maxTokens: 24, seed: 7 }

  test('gives the same answer on every context and in every runtime, another seed another', async () => {
    const four = await weft.map(
      [1, 2, 3, 4],
      task(writer, (context) => writer.generate(request, context)),
    )
    const other = await createRuntime()
    const again = await other.call(
      task(writer, (context) => writer.generate(request, context)),
      0,
    )
    await other.close()
    const texts = [...four.map(done), again].map(({ text }) => text)
    expect(new Set(texts).size).toBe(1)
    const { text } = await write(writer, { ...request, seed: 8 })
    expect(text).not.toBe(texts[0])
  })

  test('of the model counts where a request has none; without any, answers differ', async () => {
    const seeded = llama({ model: llamaFile(), seed: 7 })
    const unseeded = { ...user(prompts.long), maxTokens: 24 }
    const { text } = await write(writer, request)
    expect((await write(seeded, unseeded)).text).toBe(text)
    const texts = [await write(writer, unseeded), await write(writer, unseeded)].map((answer) => answer.text)
    expect(texts[0]).not.toBe(texts[1])
  })

  test('is not needed at temperature 0', async () => {
    const greedy = { ...user(prompts.long), maxTokens: 24, temperature: 0 }
    expect((await write(writer, greedy)).text).toBe((await write(writer, greedy)).text)
  })
})

describe('an answer', () => {
  test('ends where the model ends it', async () => {
    const brief = llama({ model: llamaFile({ ...tinyLlama, leaning: briefText }), seed: 3 })
    const { stopReason, usage } = await write(brief, user(prompts.plain))
    expect(stopReason).toBe('end')
    expect(usage.outputTokens).toBeLessThan(500)
  })

  test('ends at the end of the context, and nothing of the prompt is dropped for it', async () => {
    const small = llama({ model: llamaFile(), contextSize: 256 })
    const { stopReason, usage } = await write(small, { ...user('so it goes. '.repeat(20)), seed: 1 })
    expect(stopReason).toBe('max-tokens')
    expect(usage.inputTokens + usage.outputTokens).toBeLessThanOrEqual(256)
  })

  test('takes over what the context holds of an earlier prompt, where it may', async () => {
    const one = llama({ model: llamaFile(), contexts: 1 })
    const system = 'so it goes. '.repeat(50)
    const ask = (content: string) => write(one, { system, ...user(content), maxTokens: 2, cache: true })
    const first = await ask('And now?')
    const second = await ask('And then?')
    expect(first.usage.cachedInputTokens).toBe(0)
    expect(second.usage.cachedInputTokens).toBeGreaterThan(second.usage.inputTokens / 2)
    const { usage } = await write(one, { system, ...user('And now?'), maxTokens: 2 })
    expect(usage.cachedInputTokens).toBe(0)
  })

  test('is held to a schema in all that a grammar can say', async () => {
    const fond = llama({ model: llamaFile({ ...tinyLlama, leaning: jsonText }), seed: 1 })
    const jsonSchema = {
      type: 'object',
      properties: {
        kind: { enum: ['cat', 'dog'] },
        legs: { anyOf: [{ const: 4 }, { type: 'null' }] },
        names: { type: 'array', items: { type: 'string', maxLength: 4 }, minItems: 2, maxItems: 2 },
        home: { $ref: '#/$defs/place' },
      },
      required: ['kind', 'legs', 'names', 'home'],
      $defs: { place: { type: 'object', properties: { wet: { type: 'boolean' } }, required: ['wet'] } },
    }
    const { json, stopReason } = await write(fond, { ...user(prompts.json), jsonSchema, maxTokens: 400 })
    expect(stopReason).toBe('end')
    expect(json).toEqual({
      kind: expect.stringMatching(/^(cat|dog)$/),
      legs: (json as { legs: number | null }).legs === null ? null : 4,
      names: [expect.any(String), expect.any(String)],
      home: { wet: expect.any(Boolean) },
    })
  })

  test('ends though its schema leads back to itself', async () => {
    const fond = llama({ model: llamaFile({ ...tinyLlama, leaning: jsonText }), seed: 1 })
    const node = { type: 'object', properties: { wet: { type: 'boolean' }, next: { $ref: '#/$defs/a~1b' } } }
    const jsonSchema = { $ref: '#/$defs/a~1b', $defs: { 'a/b': { ...node, required: ['wet'] } } }
    const { json, stopReason } = await write(fond, { ...user(prompts.json), jsonSchema, maxTokens: 400 })
    expect(stopReason).toBe('end')
    expect(json).toMatchObject({ wet: expect.any(Boolean) })
  })

  test('that is cut off has no value', async () => {
    const jsonSchema = { type: 'object', properties: { text: { type: 'string' } } }
    const answer = await write(writer, { ...user(prompts.json), jsonSchema, maxTokens: 6 })
    expect(answer.stopReason).toBe('max-tokens')
    expect('json' in answer).toBe(false)
  })

  test('calls a tool, and goes on with its result', async () => {
    const caller = llama({ model: llamaFile({ ...tinyLlama, leaning: briefText, script: callsTheWeather }), seed: 1 })
    const asked = { role: 'user', content: prompts.tool } as const
    const deltas: Delta[] = []
    const onDelta = (delta: Delta): void => void deltas.push(delta)
    const first = await write(caller, { messages: [asked], tools: [weatherTool], onDelta })
    expect(first).toMatchObject({ text: '', stopReason: 'tool-calls' })
    const [call, ...others] = first.toolCalls
    expect(others).toEqual([])
    expect(call).toMatchObject({ type: 'tool-call', name: 'weather', input: { city: 'Paris' } })
    const told = deltas.map((delta) => (delta.type === 'tool-call' && delta.id === call!.id ? delta.inputText : ''))
    expect(JSON.parse(told.join(''))).toEqual({ city: 'Paris' })

    const result = { type: 'tool-result', id: call!.id, content: 'sunny and very warm' } as const
    const messages = [asked, { role: 'assistant', content: [call!] }, { role: 'user', content: [result] }] as const
    const second = await write(caller, { messages, tools: [weatherTool] })
    expect(second).toMatchObject({ stopReason: 'end', toolCalls: [] })
    expect(second.usage.inputTokens).toBeGreaterThan(first.usage.inputTokens + 10)
  })

  test('fails with what onDelta throws', async () => {
    const broken = new Error('the screen is gone')
    const request = {
      ...user(prompts.long),
      maxTokens: 1000,
      onDelta: () => {
        throw broken
      },
    }
    const outcome = await tried(writer, (context) => writer.generate(request, context))
    expect(outcome).toMatchObject({ status: 'failed', failure: { cause: broken } })
    expect(outcome.usage.outputTokens).toBeLessThan(1000)
  })

  test('fails with what onDelta throws at the last one, too', async () => {
    const broken = new Error('the screen is gone')
    const onDelta = (): never => {
      throw broken
    }
    const outcome = await tried(writer, (context) =>
      writer.generate({ ...user(prompts.plain), maxTokens: 1, onDelta }, context),
    )
    expect(outcome).toMatchObject({ status: 'failed', failure: { cause: broken }, usage: { outputTokens: 1 } })
  })

  test.each([{ maxTokens: 0 }, { maxTokens: -1 }, { maxTokens: Number.NaN }, { temperature: -1 }])(
    'is refused with %o',
    async (limits) => {
      const outcome = await tried(writer, (context) => writer.generate({ ...user(prompts.plain), ...limits }, context))
      expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'REQUEST_REFUSED', kind: 'input' } })
    },
  )

  test('whose first token does not come in time is a timeout', async () => {
    await write(writer, { ...user(prompts.plain), maxTokens: 1 })
    const slow = llama({ model: llamaFile(mediumLlama) })
    const request = { ...user('so it goes. '.repeat(200)), firstTokenTimeoutMs: 1 }
    const outcome = await tried(slow, (context) => slow.generate(request, context))
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: { code: 'FIRST_TOKEN_TIMEOUT', kind: 'timeout', retryable: true },
    })
  })
})

describe('a cancelled answer', () => {
  test('ends in the middle, counts what it wrote, and leaves its context to the next', async () => {
    const one = llama({ model: llamaFile(), contexts: 1 })
    const deltas: Delta[] = []
    const request = {
      ...user(prompts.long),
      maxTokens: 1500,
      onDelta: (delta: Delta) => {
        deltas.push(delta)
        if (deltas.length === 5) run.cancel('enough')
      },
    }
    const run = weft.map(
      [0],
      task(one, (context) => one.generate(request, context)),
    )
    const [outcome] = await run
    expect(outcome!.status).toBe('cancelled')
    // What is written after the cancellation is not told any more.
    expect(deltas).toHaveLength(5)
    expect((await write(one, { ...user(prompts.plain), maxTokens: 3 })).usage.outputTokens).toBe(3)
  })
})

describe('the lane', () => {
  test('takes as many calls as there are contexts', async () => {
    await using own = await createRuntime()
    const one = llama({ model: llamaFile(), contexts: 1 })
    const three = llama({ model: llamaFile(), contexts: 3 })
    const capacities: number[] = []
    for (const model of [one, three, one]) {
      await own.call(
        task(model, (context) => model.generate({ ...user('?'), maxTokens: 1 }, context)),
        0,
      )
      capacities.push(own.lane('local').capacity)
    }
    expect(capacities).toEqual([1, 3, 3])
  })

  test('may be another', async () => {
    await using own = await createRuntime({ lanes: { quiet: { concurrency: 1 } } })
    const quiet = llama({ model: llamaFile(), lane: 'quiet' })
    expect(quiet.lane).toBe('quiet')
    const [outcome] = await own.map(
      [0],
      task(quiet, (context) => quiet.generate({ ...user('?'), maxTokens: 1 }, context)),
    )
    expect(outcome!.status).toBe('done')
    expect(own.lane('quiet').capacity).toBe(1)
  })
})

describe('what cannot be used', () => {
  const notHere = process.platform === 'darwin' ? 'cuda' : 'metal'

  test.each([
    ['no file', { model: '/nowhere/model.gguf' }, 'MODEL_UNKNOWN', 'no such file'],
    ['no name', { model: 'nobody-1b' }, 'MODEL_UNKNOWN', 'nobody-1b'],
    ['a GPU that is not there', { model: llamaFile(), gpu: notHere }, 'MODEL_UNAVAILABLE', `no build for ${notHere}`],
    ['too many contexts', { model: llamaFile(), contexts: 99 }, 'INVALID_OPTION', 'UV_THREADPOOL_SIZE=100'],
    ['too much memory', { model: unloadableFile() }, 'MODEL_TOO_LARGE', 'of the catalogue'],
  ] as const)('%s', async (_, options, code, words) => {
    expect(await failureOf(options)).toMatchObject({ code, retryable: false, message: expect.stringContaining(words) })
  })

  test('a file that is no model, and one that ends too early', async () => {
    await using folder = await tempFolder({ 'text.gguf': 'so it goes', 'short.gguf': 'GGUF\u0003\0\0\0' })
    const text = await failureOf({ model: join(folder.path, 'text.gguf') })
    expect(text).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('no GGUF file') })
    const short = await failureOf({ model: join(folder.path, 'short.gguf') })
    expect(short).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('damaged') })
  })

  test('is tried again by the next call', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'late.gguf')
    const late = llama({ model: path })
    const failed = await tried(late, (context) => late.generate(user('?'), context))
    expect(failed).toMatchObject({ status: 'failed', failure: { code: 'MODEL_UNKNOWN' } })
    await copyFile(llamaFile(), path)
    expect((await write(late, { ...user('?'), maxTokens: 2 })).usage.outputTokens).toBe(2)
  })

  test('options are checked at the door', () => {
    expect(() => llama({ model: '' })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
    expect(() => llama({ model: 'x', contexts: 0 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
    expect(() => llama({ model: 'x', context: 2 } as never)).toThrow(/unknown option context/)
  })
})

describe('when it is closed', () => {
  const long = { ...user(prompts.long), maxTokens: 1500 }

  test('nothing is left: no handle, no listener', async () => {
    // One of the process serves all hosts, and goes with the last.
    await weft.close()
    weft = await createRuntime()
    const listeners = process.listenerCount('exit')
    const own = await createRuntime()
    await own.call(
      task(writer, (context) => writer.generate({ ...long, maxTokens: 1 }, context)),
      0,
    )
    expect(process.listenerCount('exit')).toBe(listeners + 1)
    await own.close()
    expect(process.listenerCount('exit')).toBe(listeners)
  })

  test('what is under way is cancelled, and waited for', async () => {
    const own = await createRuntime()
    const begun = Promise.withResolvers<void>()
    const request = { ...long, onDelta: () => begun.resolve() }
    const run = own.map(
      [1, 2, 3],
      task(writer, (context) => writer.generate(request, context)),
    )
    await begun.promise
    await own.close()
    expect((await run).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })

  test('a model that is still being opened does not hold it up', async () => {
    const own = await createRuntime()
    const opening = Promise.withResolvers<void>()
    const run = own.map(
      [1],
      task(writer, async (context) => {
        const answer = writer.generate(long, context)
        opening.resolve()
        return answer
      }),
    )
    await opening.promise
    await own.close()
    expect((await run).map(({ status }) => status)).toEqual(['cancelled'])
  })
})

test('a model that nobody uses is closed, and opened again', async () => {
  const idle = llama({ model: llamaFile({ ...tinyLlama, seed: 5 }), idleTimeoutMs: 1 })
  for (const _ of [1, 2, 3]) {
    expect((await write(idle, { ...user(prompts.plain), maxTokens: 2 })).usage.outputTokens).toBe(2)
  }
})

test('knows how long its vectors are once it is open', async () => {
  const fresh = llama({ model: bertFile() })
  expect(fresh.dimensions).toBeUndefined()
  await weft.call(
    task(fresh, (context) => fresh.embed(['word'], context)),
    0,
  )
  expect(fresh.dimensions).toBe(64)
  expect(embedder.name).toMatch(/^llama\/bert-/)
})

test('knows how much a context takes: what it was told, and once it is open what it has', async () => {
  expect(llama({ model: llamaFile() }).contextTokens).toBe(4096)
  expect(llama({ model: llamaFile(), contextSize: 256 }).contextTokens).toBe(256)
  const fresh = llama({ model: llamaFile() })
  await write(fresh, { ...user('?'), maxTokens: 1 })
  expect(fresh.contextTokens).toBe(2048)
})

test('expects about a token for each letter of Chinese', () => {
  const { inputTokens = 0 } = writer.estimate(['织机把许多线织成一块布。'.repeat(100)])
  expect(inputTokens).toBeGreaterThan(1000)
  expect(inputTokens).toBeLessThan(1500)
  expect(writer.estimate(user('织机把许多线织成一块布。'.repeat(100))).inputTokens).toBeGreaterThanOrEqual(inputTokens)
})

function user(content: string): Pick<GenerateRequest, 'messages'> {
  return { messages: [{ role: 'user', content }] }
}

function task<O>(model: LlamaModel, run: (context: ModelContext) => Promise<O>): LaneTask<number, O> {
  return { kind: 'lane-task', name: 'test', lane: model.lane, run: (_, context) => run(context) }
}

function write(model: LlamaModel, request: GenerateRequest): Promise<Generation> {
  return weft.call(
    task(model, (context) => model.generate(request, context)),
    0,
  )
}

async function tried<O>(model: LlamaModel, run: (context: ModelContext) => Promise<O>): Promise<Outcome<O>> {
  const [outcome] = await weft.map([0], task(model, run), { retry: { maxAttempts: 1 } })
  return outcome!
}

async function failureOf(options: Parameters<typeof llama>[0]): Promise<Failure> {
  const model = llama(options)
  const outcome = await tried(model, (context) => model.generate(user('?'), context))
  if (outcome.status !== 'failed') throw new Error(`expected a failure, the task was ${outcome.status}`)
  return outcome.failure
}

function done<O>(outcome: Outcome<O>): O {
  if (outcome.status !== 'done') throw new Error(`expected a value, the task was ${outcome.status}`)
  return outcome.value
}
