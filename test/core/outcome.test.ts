import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { type Outcome, values } from '../../src/core/outcome.ts'
import { noUsage } from '../../src/core/usage.ts'

const header = {
  id: 'run-1/0',
  name: 'read',
  input: 'x',
  attempts: 1,
  retried: [],
  queuedMs: 0,
  runMs: 0,
  usage: noUsage,
}

describe('values', () => {
  it('names everything that gave none: failed, skipped and cancelled', () => {
    const cause = new Failure('BUDGET', 'spent')
    const outcomes: Outcome<number>[] = [
      { ...header, index: 0, status: 'done', value: 1 },
      { ...header, index: 1, status: 'failed', failure: new Failure('BROKE', 'it broke') },
      { ...header, index: 2, status: 'skipped', cause },
      { ...header, index: 3, status: 'cancelled', reason: 'enough' },
    ]
    expect(() => values(outcomes)).toThrow(AggregateError)
    expect(() => values(outcomes)).toThrow(
      '3 of 4 tasks gave no value: read #1 failed: BROKE: it broke; read #2 skipped: BUDGET: spent; read #3 was cancelled: enough',
    )
  })
})
