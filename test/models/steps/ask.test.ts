import { expect, test } from 'vitest'
import { ask, createRuntime, lexical } from '../../../src/index.ts'
import { promptOf, scripted } from '../../support/scripted-generator.ts'

test('ask puts the question behind the texts, each in its fence', async () => {
  await using weft = await createRuntime()
  const model = scripted(() => 'The parish.')
  const answer = await weft.call(ask(model, 'Who owns the mill?'), [{ markdown: 'A mill.' }, 'The parish owns it.'])
  expect(answer).toEqual({ text: 'The parish.', stopReason: 'end', model: 'scripted-1', usage: expect.anything() })
  const prompt = promptOf(model.requests[0]!)
  expect(prompt).toMatch(/number="1">\nA mill\.\n[\s\S]*number="2">\nThe parish owns it\.\n[\s\S]*Who owns the mill\?$/)
})

test('ask takes one text, and instructions beside the question', async () => {
  await using weft = await createRuntime()
  const model = scripted(() => 'Nobody knows.')
  const task = ask(model, { question: 'Who owns the mill?', instructions: 'Answer in German.', seed: 3 })
  expect((await weft.call(task, 'A mill.')).text).toBe('Nobody knows.')
  expect(model.requests[0]).toMatchObject({ seed: 3, system: expect.stringMatching(/Answer in German\.$/) })
})

test('ask refuses a question without words, no texts, and what writes nothing', async () => {
  await using weft = await createRuntime()
  const [outcome] = await weft.map(
    [[]],
    ask(
      scripted(() => ''),
      'why',
    ),
  )
  expect(outcome).toMatchObject({ failure: { code: 'INVALID_INPUT', message: 'ask: expected at least one text' } })
  expect(() => ask(lexical as never, 'why')).toThrow(
    'ask: expected a model that writes, anthropic(…) or llama(…), got lexical-2048',
  )
  expect(() =>
    ask(
      scripted(() => ''),
      '',
    ),
  ).toThrow('ask: option question: expected')
})
