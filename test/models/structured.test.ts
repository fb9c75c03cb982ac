import * as valibot from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createRuntime, Failure, type Generation, generate, type StandardSchema, unwrap } from '../../src/index.ts'
import { promptOf, type Script, scripted } from '../support/scripted-generator.ts'

const city = z.object({ city: z.string(), population: z.number().int() })
const right = '{"city": "Oslo", "population": 717710}'
const wrong = '{"city": "Oslo", "population": "many"}'

async function outcomeOf(script: Script, options: Parameters<typeof generate>[1] = { schema: city }) {
  await using weft = await createRuntime()
  const model = scripted(script)
  const [outcome] = await weft.map(['Name a city.'], generate(model, options))
  return { outcome: outcome!, requests: model.requests }
}

async function failureOf(...given: Parameters<typeof outcomeOf>): Promise<Failure> {
  const { outcome } = await outcomeOf(...given)
  if (outcome.status !== 'failed') throw new Error(`expected a failure, it was ${outcome.status}`)
  return outcome.failure
}

describe('an answer with a schema', () => {
  test('is its value, in a fence or with words around it', async () => {
    for (const text of [right, `\`\`\`json\n${right}\n\`\`\``, `Sure! ${right} Anything else?`]) {
      const { outcome, requests } = await outcomeOf(() => text)
      expect(unwrap(outcome)).toMatchObject({ text, json: { city: 'Oslo', population: 717710 } })
      expect(requests).toHaveLength(1)
    }
  })

  test('is described to the provider, and to the model in words', async () => {
    const { requests } = await outcomeOf(() => right, { schema: city, system: 'You know cities.' })
    expect(requests[0]!.jsonSchema).toMatchObject({ type: 'object', required: ['city', 'population'] })
    expect(requests[0]!.jsonSchema).not.toHaveProperty('$schema')
    expect(requests[0]!.system).toMatch(/^You know cities\.\n\nAnswer with JSON only/)
    expect(requests[0]!.system).toContain('"population"')
  })

  test('may have a schema that does not describe itself', async () => {
    const schema = valibot.object({ city: valibot.string(), population: valibot.number() })
    const { outcome, requests } = await outcomeOf(() => right, { schema })
    expect(unwrap(outcome).json).toEqual({ city: 'Oslo', population: 717710 })
    expect(requests[0]!.jsonSchema).toBeUndefined()
    expect(requests[0]!.system).toMatch(/^Answer with JSON only/)
    const jsonSchema = { type: 'object' }
    expect((await outcomeOf(() => right, { schema, jsonSchema })).requests[0]!.jsonSchema).toEqual(jsonSchema)
  })

  test('is what the schema makes of it', async () => {
    const schema = z.object({ city: z.string().transform((name) => name.toUpperCase()) })
    expect(unwrap((await outcomeOf(() => '{"city": "Oslo"}', { schema })).outcome).json).toEqual({ city: 'OSLO' })
  })

  test('goes back once with what is wrong where, and what it used is added up', async () => {
    const { outcome, requests } = await outcomeOf((_, round) => (round === 1 ? wrong : right))
    const generation = unwrap(outcome)
    expect(generation.json).toEqual({ city: 'Oslo', population: 717710 })
    expect(requests[1]!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(promptOf(requests[1]!)).toContain(wrong)
    expect(requests[1]!.messages.at(-1)!.content).toContain('at population: ')
    expect(generation.usage.outputTokens).toBe(Math.ceil(wrong.length / 4) + Math.ceil(right.length / 4))
    expect(outcome.usage).toMatchObject(generation.usage)
  })

  test('fails when it is wrong again, and is not tried again', async () => {
    const { outcome, requests } = await outcomeOf(() => wrong)
    expect(requests).toHaveLength(2)
    expect(outcome).toMatchObject({ status: 'failed', attempts: 1 })
    const failure = await failureOf(() => wrong)
    expect(failure).toMatchObject({ code: 'ANSWER_INVALID', retryable: false, details: { answer: wrong } })
    expect(failure.message).toMatch(/^the answer of scripted-1 is not .*, after one repair: at population: /)
  })

  test('goes back as often as was said', async () => {
    expect((await outcomeOf(() => wrong, { schema: city, repairs: 0 })).requests).toHaveLength(1)
    const { outcome } = await outcomeOf((_, round) => (round < 4 ? 'no idea' : right), { schema: city, repairs: 3 })
    expect(outcome.status).toBe('done')
    expect((await failureOf(() => 'no idea', { schema: city, repairs: 2 })).message).toContain(
      'after 2 repairs: it holds no JSON',
    )
  })

  test('goes back even when it says nothing', async () => {
    const { requests } = await outcomeOf((_, round) => (round === 1 ? '' : right))
    expect(requests[1]!.messages[1]!.content).not.toBe('')
  })

  test('that was cut is not asked for again, but says what to do', async () => {
    const cut: Script = () => ({ text: '{"city": "Os', stopReason: 'max-tokens' })
    const { requests } = await outcomeOf(cut, { schema: city, maxTokens: 9 })
    expect(requests).toHaveLength(1)
    expect((await failureOf(cut, { schema: city, maxTokens: 9 })).message).toMatch(/cut at 9 tokens.*raise maxTokens/)
  })

  test('that is full of small pieces of JSON is not looked at for ever', async () => {
    let checked = 0
    const counting: StandardSchema<unknown> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => {
          checked += 1
          return { issues: [{ message: 'no' }] }
        },
      },
    }
    await using weft = await createRuntime()
    const [outcome] = await weft.map(
      ['x'],
      generate(
        scripted(() => '{} '.repeat(100_000)),
        { schema: counting, repairs: 0 },
      ),
    )
    expect(outcome).toMatchObject({ failure: { code: 'ANSWER_INVALID' } })
    expect(checked).toBe(50)
  })

  test('that calls tools is none yet', async () => {
    const toolCalls: Generation['toolCalls'] = [{ type: 'tool-call', id: '1', name: 'look', input: {} }]
    const { outcome } = await outcomeOf(() => ({ text: 'let me see', toolCalls, stopReason: 'tool-calls' }))
    expect(unwrap(outcome)).toMatchObject({ toolCalls, text: 'let me see' })
    expect(unwrap(outcome)).not.toHaveProperty('json')
  })

  test('may have been read by the provider', async () => {
    const { outcome } = await outcomeOf(() => ({ text: 'unreadable', json: { city: 'Oslo', population: 1 } }))
    expect(unwrap(outcome).json).toEqual({ city: 'Oslo', population: 1 })
  })

  test('tells the first ten faults and how many more there are', async () => {
    const schema: StandardSchema<string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({
          issues: Array.from({ length: 13 }, (_, at) => ({ message: 'no', path: ['a', { key: at }] })),
        }),
      },
    }
    const { message } = await failureOf(() => '{}', { schema })
    expect(message).toContain('at a.9: no; and 3 more')
  })
})

describe('misuse', () => {
  test('is found when the task is made', () => {
    const model = scripted(() => right)
    const failure = (make: () => unknown): string => {
      try {
        make()
      } catch (thrown) {
        return `${Failure.from(thrown).code} ${Failure.from(thrown).message}`
      }
      return 'nothing'
    }
    expect(failure(() => generate(model, { schema: z.object({ on: z.date() }) }))).toMatch(
      /^INVALID_OPTION generate: the schema cannot describe itself \(Date .*give what does as jsonSchema/,
    )
    expect(failure(() => generate(model, { schema: {} as never }))).toMatch(/expected a Standard Schema/)
    expect(failure(() => generate(model, { jsonSchema: {} }))).toMatch(/give the schema, too/)
    expect(failure(() => generate(model, { maxToken: 3 } as never))).toMatch(/unknown option maxToken.*maxTokens/)
    expect(failure(() => generate(model, { repairs: 9 }))).toMatch(/option repairs: expected <=5, got 9/)
  })
})
