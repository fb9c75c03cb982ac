import { describe, expect, it } from 'vitest'
import { Lookups } from '../../src/journal/lookups.ts'
import type { WantedWork } from '../../workers/journal/protocol.ts'

/** Of each odd item it knows the value. */
function asked(questions: WantedWork[]): Lookups {
  return new Lookups(async (wanted) => {
    questions.push(wanted)
    const items = wanted.keys.map((_, at) => wanted.places[2 * at + 1]!)
    const values = items.map((item) => (item % 2 === 1 ? `"value ${item}"` : undefined))
    return { values, figures: Float64Array.from(items.flatMap((item) => [1, 1, 2, item, item + 0.5])) }
  })
}

describe('Lookups', () => {
  it('asks at once for all that is looked up in one go, and gives each its own', async () => {
    const questions: WantedWork[] = []
    const lookups = asked(questions)
    const found = await Promise.all([1, 2, 3].map((item) => lookups.find(7, item, `key ${item}`)))
    expect(found).toEqual([
      {
        item: 1,
        step: 1,
        key: 'key 1',
        state: 'done',
        value: '"value 1"',
        figures: { attempts: 2, queuedMs: 1, runMs: 1.5 },
      },
      undefined,
      expect.objectContaining({ item: 3, value: '"value 3"' }),
    ])
    expect(questions).toEqual([{ places: Float64Array.of(7, 1, 7, 2, 7, 3), keys: ['key 1', 'key 2', 'key 3'] }])
  })

  it('asks anew for what comes later, and never for more than 256 at once', async () => {
    const questions: WantedWork[] = []
    const lookups = asked(questions)
    await lookups.find(7, 1, 'first')
    const items = Array.from({ length: 300 }, (_, item) => item)
    const found = await Promise.all(items.map((item) => lookups.find(7, item, `key ${item}`)))
    expect(found.map((one) => one?.item)).toEqual(items.map((item) => (item % 2 === 1 ? item : undefined)))
    expect(questions.map(({ keys }) => keys.length)).toEqual([1, 256, 44])
  })

  it('fails each with what the question fails with', async () => {
    const lookups = new Lookups(() => Promise.reject(new Error('no thread')))
    const found = await Promise.allSettled([lookups.find(7, 1, 'a'), lookups.find(7, 2, 'b')])
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
