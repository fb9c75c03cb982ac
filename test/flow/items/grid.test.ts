import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import { noUsage } from '../../../src/core/usage.ts'
import { Points, table } from '../../../src/flow/items/grid.ts'

describe('the points of a grid', () => {
  it('come in the order of nested loops', () => {
    const points = new Points({ model: ['a', 'b'], temperature: [0, 0.5, 1] }, 'sweep')
    expect(points.size).toBe(6)
    expect([...points]).toEqual([
      { model: 'a', temperature: 0 },
      { model: 'a', temperature: 0.5 },
      { model: 'a', temperature: 1 },
      { model: 'b', temperature: 0 },
      { model: 'b', temperature: 0.5 },
      { model: 'b', temperature: 1 },
    ])
    expect([...points].map((point) => Object.keys(point))).toEqual(Array(6).fill(['model', 'temperature']))
  })

  it('are all combinations, each once, whenever they are asked for', () => {
    const axes = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(axes, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }), (names, counts) => {
        const grid = Object.fromEntries(names.map((name, axis) => [name, Array.from(Array(counts[axis]).keys())]))
        const points = new Points(grid, 'sweep')
        const all = [...points].map((point) => JSON.stringify(Object.entries(point)))
        expect(new Set(all).size).toBe(all.length)
        expect(all.length).toBe(names.reduce((product, _, axis) => product * counts[axis]!, 1))
        expect(points.size).toBe(all.length)
        expect([...points].map((point) => JSON.stringify(Object.entries(point)))).toEqual(all)
        for (const point of points) expect(Object.keys(point).toSorted()).toEqual(names.toSorted())
      }),
    )
  })

  it('are made one at a time: a grid may be larger than memory', () => {
    const thousand = Array.from(Array(1_000).keys())
    const points = new Points({ a: thousand, b: thousand, c: thousand, d: thousand }, 'sweep')
    expect(points.size).toBe(1e12)
    expect(points[Symbol.iterator]().next().value).toEqual({ a: 0, b: 0, c: 0, d: 0 })
  })

  it('stay as they were when the arrays change', () => {
    const values = [1, 2]
    const points = new Points({ values }, 'sweep')
    values.push(3)
    expect([...points]).toEqual([{ values: 1 }, { values: 2 }])
  })

  it('have the types of the values', () => {
    for (const point of new Points({ model: ['a', 'b'], temperature: [0, 0.5], deep: [true] }, 'sweep')) {
      expectTypeOf(point.model).toEqualTypeOf<'a' | 'b'>()
      expectTypeOf(point.temperature).toEqualTypeOf<0 | 0.5>()
      expectTypeOf(point.deep).toEqualTypeOf<true>()
      // @ts-expect-error: there is no such name
      expect(point.other).toBeUndefined()
    }
    const models: string[] = ['a']
    for (const point of new Points({ models }, 'sweep')) expectTypeOf(point.models).toEqualTypeOf<string>()
  })

  it('are refused when there are none', () => {
    const refused: [unknown, string][] = [
      [{}, 'sweep: expected a grid like { temperature: [0, 0.5, 1] }, got one without names'],
      [[[1, 2]], 'sweep: expected a grid like { temperature: [0, 0.5, 1] }, got [ [ 1, 2 ] ]'],
      [null, 'sweep: expected a grid like { temperature: [0, 0.5, 1] }, got null'],
      [{ model: ['a'], n: [] }, 'sweep: expected an array with a value or more for n, got []'],
      [{ model: 'ab' }, "sweep: expected an array with a value or more for model, got 'ab'"],
    ]
    for (const [grid, message] of refused) {
      expect(() => new Points(grid as { a: number[] }, 'sweep')).toThrow(new Failure('INVALID_INPUT', message))
    }
  })
})

describe('a table of outcomes', () => {
  it('has a row for each: its point, how it ended, with what, and how long it took', () => {
    const failure = new Failure('BUSY', 'too busy')
    const rows = table([
      outcome({ model: 'a', n: 1 }, { status: 'done', value: 0.75 }),
      outcome({ model: 'a', n: 2 }, { status: 'failed', failure }),
      outcome({ model: 'b', n: 1 }, { status: 'skipped', cause: failure }),
      outcome({ model: 'b', n: 2 }, { status: 'cancelled', reason: 'enough' }),
    ])
    expect(rows).toEqual([
      { model: 'a', n: 1, status: 'done', result: 0.75, runMs: 12.3 },
      { model: 'a', n: 2, status: 'failed', result: 'BUSY', runMs: 12.3 },
      { model: 'b', n: 1, status: 'skipped', result: 'BUSY', runMs: 12.3 },
      { model: 'b', n: 2, status: 'cancelled', result: 'enough', runMs: 12.3 },
    ])
    expect(Object.keys(rows[0]!)).toEqual(['model', 'n', 'status', 'result', 'runMs'])
  })

  it('is flat, whatever the inputs and the values are, and covers no field with another', () => {
    const rows = table([
      outcome(
        { status: 'draft', tools: ['search', 'read'], run: test },
        { status: 'done', value: { score: 1, why: { a: {} } } },
      ),
      outcome('text', { status: 'done', value: undefined }),
      outcome(new URL('https://a.example/'), { status: 'done', value: null }),
    ])
    expect(rows[0]).toEqual({
      'input.status': 'draft',
      tools: "[ 'search', 'read' ]",
      run: '[Function: test]',
      status: 'done',
      result: '{ score: 1, why: { a: {} } }',
      runMs: 12.3,
    })
    expect(rows[1]).toEqual({ input: 'text', status: 'done', result: undefined, runMs: 12.3 })
    for (const row of rows) {
      for (const value of Object.values(row)) expect(typeof value === 'object' && value !== null).toBe(false)
    }
  })
})

function test(): void {}

type End =
  | { readonly status: 'done'; readonly value: unknown }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'skipped'; readonly cause: Failure }
  | { readonly status: 'cancelled'; readonly reason: string }

function outcome(input: unknown, end: End): Outcome<unknown> {
  const header = { id: 'r1/0', name: 'try', index: 0, attempts: 1, retried: [], queuedMs: 0, runMs: 12.345 }
  return { ...header, usage: noUsage, input, ...end }
}
