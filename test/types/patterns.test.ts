import * as v from 'valibot'
import { expectTypeOf, it } from 'vitest'
import type {
  BestOfResult,
  Cancelled,
  Done,
  Failed,
  FanOutResult,
  MapRun,
  Outcome,
  Runtime,
  TaskContext,
  WorkerTask,
} from '../../src/index.ts'

// These hold when `npm run typecheck` passes; running them shows nothing.

declare const length: WorkerTask<string, number>

it('contests give what their names say', () => {
  const check = async (weft: Runtime): Promise<void> => {
    const raced = await weft.race(['a'], async (text) => text.length)
    expectTypeOf(raced.winner).toEqualTypeOf<Done<number, string> | Failed<string> | undefined>()
    expectTypeOf(raced.outcomes).toEqualTypeOf<readonly Outcome<number, string>[]>()
    const any = await weft.any(new Set(['a']), length)
    expectTypeOf(any.winner).toEqualTypeOf<Done<number, string> | undefined>()
    const most = await weft.quorum(2, ['a'], length)
    expectTypeOf(most.winners).toEqualTypeOf<readonly Done<number, string>[]>()
    expectTypeOf(most.reached).toBeBoolean()
    // @ts-expect-error: the policy is the race itself
    weft.race(['a'], length, { policy: 'settle' })
    // @ts-expect-error: the task takes strings
    weft.any([1], length)
  }
  expectTypeOf(check).toBeFunction()
})

it('the best of n has the type of its candidates', () => {
  const check = async (weft: Runtime): Promise<void> => {
    const result = await weft.bestOf(
      3,
      async (index) => ({ draft: `draft ${index}` }),
      ({ draft }, context) => {
        expectTypeOf(context).toEqualTypeOf<TaskContext>()
        return draft.length
      },
    )
    expectTypeOf(result).toEqualTypeOf<BestOfResult<{ draft: string }>>()
    const verdict = (): string => 'good'
    // @ts-expect-error: a score is a number
    weft.bestOf(3, () => 'x', verdict)
  }
  expectTypeOf(check).toBeFunction()
})

it('a point of a grid has one value of each', () => {
  const check = (weft: Runtime): void => {
    const run = weft.sweep({ model: ['small', 'large'], temperature: [0, 0.5] }, ({ model, temperature }) => {
      expectTypeOf(model).toEqualTypeOf<'small' | 'large'>()
      expectTypeOf(temperature).toEqualTypeOf<0 | 0.5>()
      return model.length * temperature
    })
    type Point = { readonly model: 'small' | 'large'; readonly temperature: 0 | 0.5 }
    expectTypeOf(run).toEqualTypeOf<MapRun<number, Point>>()
    // @ts-expect-error: there is no such name in the grid
    weft.sweep({ model: ['small'] }, ({ size }) => size)
  }
  expectTypeOf(check).toBeFunction()
})

it('a fan-out infers its parts from its split', () => {
  const check = async (weft: Runtime): Promise<void> => {
    const result = await weft.fanOut('goal', {
      split: async (goal, context) => {
        expectTypeOf(goal).toBeString()
        expectTypeOf(context).toEqualTypeOf<TaskContext>()
        return [1, 2]
      },
      each: (part) => {
        expectTypeOf(part).toBeNumber()
        return new Date(part)
      },
      join: (parts, goal) => {
        expectTypeOf(parts).toEqualTypeOf<readonly Outcome<Date, number>[]>()
        expectTypeOf(goal).toBeString()
        return parts.length > 0
      },
      eachOptions: { key: (part) => part.toFixed() },
    })
    expectTypeOf(result).toEqualTypeOf<FanOutResult<boolean, string, Date, number>>()
    expectTypeOf(result.outcome).toEqualTypeOf<Outcome<boolean, string>>()
    await weft.fanOut('a b', { split: (goal) => goal.split(' '), each: length, join: (parts) => parts[0]?.input })
    // @ts-expect-error: the parts are numbers
    await weft.fanOut('goal', { split: () => [1], each: length, join: () => 1 })
    // @ts-expect-error: without a schema a split gives a list
    await weft.fanOut('goal', { split: () => 'a plan', each: length, join: () => 1 })
    // @ts-expect-error: there is no such option
    await weft.fanOut('goal', { split: () => ['a'], each: length, join: () => 1, maximum: 3 })
  }
  expectTypeOf(check).toBeFunction()
})

it('a fan-out infers its parts from its schema, whatever its split gives', () => {
  const schema = v.pipe(
    v.object({ tasks: v.array(v.object({ title: v.string() })) }),
    v.transform(({ tasks }) => tasks.map(({ title }) => title)),
  )
  const check = async (weft: Runtime): Promise<void> => {
    const { parts } = await weft.fanOut(7, {
      split: (goal): unknown => JSON.parse(String(goal)),
      schema,
      each: (title, { signal }) => {
        expectTypeOf(title).toBeString()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        return title.length
      },
      join: (all) => all.filter((part): part is Cancelled<string> => part.status === 'cancelled'),
    })
    expectTypeOf(parts).toEqualTypeOf<readonly Outcome<number, string>[]>()
    // @ts-expect-error: the schema makes no list
    await weft.fanOut(7, { split: () => 1, schema: v.string(), each: length, join: () => 1 })
  }
  expectTypeOf(check).toBeFunction()
})
