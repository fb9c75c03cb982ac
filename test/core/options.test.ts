import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../src/core/options.ts'

const schema = v.strictObject({
  timeoutMs: v.optional(v.pipe(v.number(), v.minValue(1)), 10),
  retry: v.optional(v.strictObject({ maxAttempts: v.optional(v.pipe(v.number(), v.integer())) })),
  lanes: v.optional(v.record(v.string(), v.strictObject({ concurrency: v.number() }))),
})

const messageOf = (options: unknown): string => {
  try {
    parseOptions(schema, options, 'map')
    return 'accepted'
  } catch (failure) {
    return (failure as Error).message
  }
}

describe('options', () => {
  it('are filled in', () => {
    expect(parseOptions(schema, undefined, 'map')).toEqual({ timeoutMs: 10 })
  })

  it.each([
    [{ timeout: 3 }, 'map: unknown option timeout, did you mean timeoutMs? (known: timeoutMs, retry, lanes)'],
    [{ timeoutMs: 0 }, 'map: option timeoutMs: expected >=1, got 0'],
    [{ retry: { maxAttempts: 1.5 } }, 'map: option retry.maxAttempts: expected integer, got 1.5'],
    [{ timeoutMs: '5' }, 'map: option timeoutMs: expected number, got "5"'],
    [
      { retry: { maxAttemps: 3 } },
      'map: unknown option retry.maxAttemps, did you mean maxAttempts? (known: maxAttempts)',
    ],
    [
      { lanes: { web: { concurency: 3 } } },
      'map: option lanes.web.concurrency is missing; unknown option lanes.web.concurency, did you mean concurrency? (known: concurrency)',
    ],
    ['fast', 'map: expected an object of options, got "fast"'],
  ])('%j is refused with a message that helps', (options, message) => {
    expect(messageOf(options)).toBe(message)
  })
})
