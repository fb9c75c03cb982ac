import { PassThrough } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { answerTo, isYes } from '../../../src/cli/jobs/question.ts'

/** A terminal at which somebody presses these keys once they are asked. */
function terminal(keys: string) {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  output.once('data', () => input.write(keys))
  return { input, output }
}

it.each([
  ['y\r', 'y'],
  [' no \r', 'no'],
  ['\r', ''],
  ['\u0004', undefined],
])('an answer to a question: %j', async (keys, answer) => {
  expect(await answerTo('again? ', undefined, terminal(keys))).toBe(answer)
})

it('Ctrl-C at a question is no answer, and stops what is on', async () => {
  const interrupted = vi.fn()
  const signal = new Promise((resolve) => process.once('SIGINT', resolve))
  process.once('SIGINT', interrupted)
  expect(await answerTo('again? ', undefined, terminal('\u0003'))).toBeUndefined()
  await signal
  expect(interrupted).toHaveBeenCalledOnce()
})

it.each([
  ['y', true],
  ['YES', true],
  ['yesterday', false],
  ['', false],
  [undefined, false],
])('%j is yes: %s', (typed, expected) => {
  expect(isYes(typed)).toBe(expected)
})
