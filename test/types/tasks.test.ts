import { expectTypeOf, it } from 'vitest'
import {
  cpu,
  createRuntime,
  type MapRun,
  type Outcome,
  type StreamRun,
  type TaskContext,
  values,
  type WorkerTask,
  worker,
} from '../../src/index.ts'
import type { Page, PageSource } from '../../workers/reading/page.ts'

// These hold when `npm run typecheck` passes; running them shows nothing.

interface Module {
  readonly double: (input: number) => number
  readonly later: (input: { readonly text: string }) => Promise<string[]>
  readonly constant: 7
}

const tasks = worker<Module>(new URL('file:///never-loaded.ts'))

it('worker tasks have the types of their functions, and only functions are tasks', () => {
  expectTypeOf(tasks.double).toEqualTypeOf<WorkerTask<number, number>>()
  expectTypeOf(tasks.later).toEqualTypeOf<WorkerTask<{ readonly text: string }, string[]>>()
  expectTypeOf<keyof typeof tasks>().toEqualTypeOf<'double' | 'later'>()
  expectTypeOf(cpu.readPage).toEqualTypeOf<WorkerTask<PageSource, Page>>()
})

it('map and stream infer what goes in and what comes out', async () => {
  await using weft = await createRuntime()
  expectTypeOf(() => weft.map([1], tasks.double)).returns.toEqualTypeOf<MapRun<number, number>>()
  expectTypeOf(weft.map(['a'], async (text: string) => text.length)).toEqualTypeOf<MapRun<number, string>>()
  expectTypeOf(weft.stream(new Set(['a']), (text) => [text])).toEqualTypeOf<StreamRun<string[], string>>()
  expectTypeOf(values<Outcome<number>>([])).toEqualTypeOf<number[]>()
  // @ts-expect-error: the function takes numbers
  expectTypeOf(() => weft.map(['a'], tasks.double)).toBeFunction()
  // @ts-expect-error: there is no such option
  expectTypeOf(() => weft.map([1], tasks.double, { timeoutms: 1 })).toBeFunction()
})

it('a call has the type of its worker function', () => {
  const call = (context: TaskContext): Promise<number> => context.call(tasks.double, 1)
  expectTypeOf(call).returns.resolves.toBeNumber()
})

it('an outcome is what its status says', () => {
  const check = (outcome: Outcome<number, string>): void => {
    expectTypeOf(outcome.input).toBeString()
    if (outcome.status === 'done') expectTypeOf(outcome.value).toBeNumber()
    // @ts-expect-error: only a failed one has a failure
    else expectTypeOf(outcome.failure).toBeObject()
  }
  expectTypeOf(check).toBeFunction()
})
