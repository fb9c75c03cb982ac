import { inspect } from 'node:util'
import { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Grid, Point } from '../../core/patterns.ts'

/**
 * All combinations of a grid's values, each once (their cartesian product): made one at a time, as often as it is iterated.
 *
 * In the order of nested loops, the first name's the outermost: the last name changes fastest.
 *
 *     { model: ['a', 'b'], n: [1, 2] }   ──▶   a 1, a 2, b 1, b 2
 */
export class Points<const G extends Grid> implements Iterable<Point<G>> {
  /** How many there are. */
  readonly size: number
  readonly #axes: readonly Axis[]

  /**
   * @param what whose grid it is, as the caller wrote it
   * @throws Failure `INVALID_INPUT` when there is no name, or a name without an array of values
   */
  constructor(grid: G, what: string) {
    this.#axes = axesOf(grid, what)
    this.size = this.#axes.reduce((product, { values }) => product * values.length, 1)
  }

  *[Symbol.iterator](): Generator<Point<G>, void, undefined> {
    for (let index = 0; index < this.size; index += 1) yield this.#at(index)
  }

  /** The digits of `index` in the mixed radix that the numbers of values are. */
  #at(index: number): Point<G> {
    const chosen: [string, unknown][] = []
    let rest = index
    for (const { name, values } of this.#axes.toReversed()) {
      chosen.push([name, values[rest % values.length]])
      rest = Math.floor(rest / values.length)
    }
    return Object.fromEntries(chosen.reverse()) as Point<G>
  }
}

/** What `console.table` prints of one outcome. */
export type TableRow = Readonly<Record<string, string | number | boolean | null | undefined>>

/**
 * Outcomes as rows for `console.table`: the fields of the point (or `input`, where the input is no plain object), then `status`, `result` (the
 * value, or the code of the failure, or why it was cancelled) and `runMs`. What is no number, string or boolean is written out
 * in short. A field of a point that is called like one of ours comes as `input.status`.
 */
export function table(outcomes: Iterable<Outcome<unknown>>): TableRow[] {
  return Array.from(outcomes, (outcome) => ({
    ...fieldsOf(outcome.input),
    status: outcome.status,
    result: cell(resultOf(outcome)),
    runMs: Math.round(outcome.runMs * 10) / 10,
  }))
}

interface Axis {
  readonly name: string
  readonly values: readonly unknown[]
}

function axesOf(grid: Grid, what: string): Axis[] {
  const expected = `${what}: expected a grid like { temperature: [0, 0.5, 1] }`
  if (!isPlain(grid)) throw new Failure('INVALID_INPUT', `${expected}, got ${inShort(grid)}`)
  const axes = Object.entries(grid)
  if (axes.length === 0) throw new Failure('INVALID_INPUT', `${expected}, got one without names`)
  return axes.map(([name, values]) => {
    if (!Array.isArray(values) || values.length === 0) {
      throw new Failure(
        'INVALID_INPUT',
        `${what}: expected an array with a value or more for ${name}, got ${inShort(values)}`,
      )
    }
    return { name, values: [...values] }
  })
}

function resultOf(outcome: Outcome<unknown>): unknown {
  if (outcome.status === 'done') return outcome.value
  if (outcome.status === 'cancelled') return outcome.reason
  return outcome.status === 'failed' ? outcome.failure.code : outcome.cause.code
}

const ours: ReadonlySet<string> = new Set(['status', 'result', 'runMs'])

function fieldsOf(input: unknown): TableRow {
  if (!isPlain(input)) return { input: cell(input) }
  const fields = Object.entries(input).map(([name, value]) => [ours.has(name) ? `input.${name}` : name, cell(value)])
  return Object.fromEntries(fields) as TableRow
}

function cell(value: unknown): TableRow[string] {
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value))
    return value as TableRow[string]
  return inShort(value)
}

function inShort(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 5, maxStringLength: 40 })
}

/** An object as it is written in code, not an array, a Date or an instance of a class. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
