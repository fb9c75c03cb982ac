import { describe, expect, it } from 'vitest'
import { worker } from '../../../src/core/worker.ts'
import { optional, task } from '../../../src/flow/graph/task.ts'
import { expectedMsOf, kindOf, laneOf } from '../../../src/flow/graph/task-options.ts'
import { Expectations } from '../../../src/schedule/expectations.ts'
import { thrownBy } from './thrown.ts'

const one = task(() => 1)
const { double } = worker<{ double(input: number): number }>(new URL('file:///never-loaded.ts'))

describe('task', () => {
  it('keeps what it was given, its needs in order', () => {
    const work = (): number => 2
    const both = task({ needs: { one, two: optional(one) }, priority: 3, expectedMs: 20 }, work)
    expect(both.needs).toEqual([
      { as: 'one', of: one, optional: false },
      { as: 'two', of: one, optional: true },
    ])
    expect(both.work).toBe(work)
    expect(both.options).toEqual({ priority: 3, expectedMs: 20 })
    expect(task({ needs: ['a', optional('b')] }, work).needs).toEqual([
      { as: 'a', of: 'a', optional: false },
      { as: 'b', of: 'b', optional: true },
    ])
  })

  it('does not change with what it was made of', () => {
    const needs: Record<string, typeof one> = { one }
    const made = task({ needs }, () => 1)
    needs.two = task(() => 2)
    expect(made.needs).toHaveLength(1)
    expect(Object.isFrozen(made) && Object.isFrozen(made.needs) && Object.isFrozen(made.options)).toBe(true)
  })

  it('runs on the lane and is learned under the kind of its work when nothing is said', () => {
    const onWorker = task(double, { input: () => 1 })
    expect([laneOf(one), laneOf(onWorker), laneOf(task(() => 1, { lane: 'api' }))]).toEqual(['io', 'cpu', 'api'])
    expect([kindOf(one), kindOf(onWorker), kindOf(task(() => 1, { kind: 'ask' }))]).toEqual([
      one.work,
      `${double.module}#${double.export}`,
      'ask',
    ])
  })

  it('is expected to take what it says, else what its kind took', () => {
    const learned = new Expectations()
    learned.learn(kindOf(one), 40)
    learned.learn('ask', 60)
    const handles = [one, task(() => 1, { kind: 'ask' }), task(() => 1, { kind: 'ask', expectedMs: 0 })]
    expect(handles.map((handle) => expectedMsOf(handle, learned))).toEqual([40, 60, 0])
  })

  it.each([
    [
      'INVALID_INPUT',
      'task: expected a function, a worker task or a lane task, got undefined',
      () => task('work' as never),
    ],
    [
      'INVALID_INPUT',
      'expected a function, a worker task or a lane task, got undefined',
      () => task({ needs: { one } } as never),
    ],
    ['INVALID_OPTION', 'task: expected an object of options, got "fast"', () => task(() => 1, 'fast' as never)],
    ['INVALID_OPTION', 'task: expected an object of options, got null', () => task(() => 1, null as never)],
    [
      'INVALID_OPTION',
      'task: unknown option prioriy, did you mean priority?',
      () => task(() => 1, { prioriy: 1 } as never),
    ],
    [
      'INVALID_OPTION',
      'task: unknown option need, did you mean needs?',
      () => task({ need: { one } } as never, () => 1),
    ],
    ['INVALID_OPTION', 'task: option expectedMs: expected >=0, got -1', () => task(() => 1, { expectedMs: -1 })],
    ['INVALID_OPTION', 'task: option expectedMs', () => task(() => 1, { expectedMs: Number.POSITIVE_INFINITY })],
    ['INVALID_OPTION', 'task: option input: expected Function, got 3', () => task(() => 1, { input: 3 } as never)],
    ['INVALID_INPUT', 'expected { key: handle } or an array of names', () => task({ needs: one } as never, () => 1)],
    ['INVALID_INPUT', 'task: need a: expected a task handle', () => task({ needs: { a: 'b' } } as never, () => 1)],
    ['INVALID_INPUT', 'task: need 0: expected a name', () => task({ needs: [one] } as never, () => 1)],
    ['INVALID_INPUT', 'optional: expected a task handle or the name of a task', () => optional(undefined as never)],
  ])('refuses with %s: %s', (code, message, make) => {
    expect(thrownBy(make)).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})
