import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'

describe('a failure', () => {
  const root = Object.assign(new RangeError('root'), { code: 'E_ROOT' })
  const inner = new Failure('INNER', 'inner', { cause: root })
  const failure = new Failure('OUTER', 'outer', {
    retryable: true,
    retryAfterMs: 5,
    details: { status: 503 },
    cause: inner,
  })

  it('survives a structured clone of its record whole', () => {
    const back = Failure.fromRecord(structuredClone(failure.toRecord()))
    expect(back).toBeInstanceOf(Failure)
    expect(back.toRecord()).toEqual(failure.toRecord())
    expect((back.cause as Failure).cause).toMatchObject({ name: 'RangeError', message: 'root', code: 'E_ROOT' })
  })

  it('is printed as JSON without stacks', () => {
    expect(JSON.parse(JSON.stringify(failure))).toEqual({
      code: 'OUTER',
      message: 'outer',
      retryable: true,
      retryAfterMs: 5,
      details: { status: 503 },
      cause: {
        code: 'INNER',
        message: 'inner',
        retryable: false,
        cause: { name: 'RangeError', message: 'root', code: 'E_ROOT' },
      },
    })
  })

  it('is made of anything thrown, and never of itself', () => {
    expect(Failure.from(failure)).toBe(failure)
    expect(Failure.from('text')).toMatchObject({ code: 'TASK_FAILED', message: 'text' })
    expect(Failure.from(undefined)).toMatchObject({ code: 'TASK_FAILED', message: 'undefined' })
    expect(Failure.from(root)).toMatchObject({ code: 'TASK_FAILED', message: 'root', cause: root })
  })

  it('describes a circular chain of causes to an end', () => {
    const one = new Error('one')
    const other = new Error('other', { cause: one })
    one.cause = other
    expect(() => JSON.stringify(Failure.from(one))).not.toThrow()
  })
})
