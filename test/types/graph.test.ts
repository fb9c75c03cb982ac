import { expectTypeOf, it } from 'vitest'
import type { GraphOutcomes, OptionalNeed, TaskHandle } from '../../src/core/graph.ts'
import type { GraphContext } from '../../src/core/graph-task.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { worker } from '../../src/core/worker.ts'
import { optional, task } from '../../src/flow/graph/task.ts'

// These hold when `npm run typecheck` passes; running them shows nothing.

interface Module {
  readonly double: (input: number) => number
  readonly write: (input: { readonly count: number; readonly words: readonly string[] }) => Promise<string>
}

const tasks = worker<Module>(new URL('file:///never-loaded.ts'))
const count = task(async () => 3)
const words = task(() => ['a'])

it('a task has the type of what it gives', () => {
  expectTypeOf(count).toEqualTypeOf<TaskHandle<number>>()
  expectTypeOf(words).toEqualTypeOf<TaskHandle<string[]>>()
  expectTypeOf(count).toExtend<TaskHandle<unknown>>()
  expectTypeOf(task(tasks.double, { input: () => 21 })).toEqualTypeOf<TaskHandle<number>>()
  expectTypeOf(task(async (_, { attempt, signal }) => [attempt, signal] as const)).toEqualTypeOf<
    TaskHandle<readonly [number, AbortSignal]>
  >()
})

it('a task without needs takes no input but what it makes itself', () => {
  // @ts-expect-error: nobody gives it a topic
  expectTypeOf(() => task((topic: string) => topic)).toBeFunction()
  // @ts-expect-error: nobody gives the worker a number
  expectTypeOf(() => task(tasks.double)).toBeFunction()
  // @ts-expect-error: the worker takes a number
  expectTypeOf(() => task(tasks.double, { input: () => 'a' })).toBeFunction()
  expectTypeOf(task((topic: string) => topic.length, { input: () => 'weft' })).toEqualTypeOf<TaskHandle<number>>()
})

it('needs by handle have the types of their results, under their keys', () => {
  const both = task({ needs: { count, some: words } }, (needs, context) => {
    expectTypeOf(needs).toEqualTypeOf<{ readonly count: number; readonly some: string[] }>()
    expectTypeOf(context).toEqualTypeOf<GraphContext>()
    return needs.some.length === needs.count
  })
  expectTypeOf(both).toEqualTypeOf<TaskHandle<boolean>>()
  // @ts-expect-error: it needs no such thing
  expectTypeOf(() => task({ needs: { count } }, ({ other }) => other)).toBeFunction()
  // @ts-expect-error: the count is a number
  expectTypeOf(() => task({ needs: { count } }, ({ count }) => count.length)).toBeFunction()
  // @ts-expect-error: a function is no handle
  expectTypeOf(() => task({ needs: { count: () => 3 } }, () => 1)).toBeFunction()
})

it('an optional need may have no value', () => {
  task({ needs: { count, some: optional(words) } }, (needs) => {
    expectTypeOf(needs.count).toEqualTypeOf<number>()
    expectTypeOf(needs.some).toEqualTypeOf<string[] | undefined>()
  })
  expectTypeOf(optional(count)).toEqualTypeOf<OptionalNeed<TaskHandle<number>>>()
  // @ts-expect-error: it may be undefined
  expectTypeOf(() => task({ needs: { some: optional(words) } }, ({ some }) => some.length)).toBeFunction()
  // @ts-expect-error: 3 is neither a handle nor a name
  expectTypeOf(() => optional(3)).toBeFunction()
})

it('needs by name are unknown, and known by name where the names are', () => {
  task({ needs: ['a', optional('b')] }, (needs) => {
    expectTypeOf(needs).toEqualTypeOf<{ readonly a: unknown; readonly b: unknown }>()
  })
  const names: string[] = ['a', 'b']
  task({ needs: names }, (needs) => expectTypeOf(needs).toEqualTypeOf<Readonly<Record<string, unknown>>>())
  // @ts-expect-error: it did not name c
  expectTypeOf(() => task({ needs: ['a'] }, (needs) => needs.c)).toBeFunction()
  // @ts-expect-error: handles stand under keys
  expectTypeOf(() => task({ needs: [count] }, () => 1)).toBeFunction()
})

it('a worker task takes the record of its needs, or what input makes of it', () => {
  expectTypeOf(task({ needs: { count, words } }, tasks.write)).toEqualTypeOf<TaskHandle<string>>()
  expectTypeOf(task({ needs: { count }, input: ({ count }) => count }, tasks.double)).toEqualTypeOf<
    TaskHandle<number>
  >()
  // @ts-expect-error: it needs words too
  expectTypeOf(() => task({ needs: { count } }, tasks.write)).toBeFunction()
  // @ts-expect-error: it takes a number
  expectTypeOf(() => task({ needs: { words }, input: ({ words }) => words }, tasks.double)).toBeFunction()
})

it('options that look at the input see what the work is given', () => {
  task({ needs: { count }, laneKey: ({ count }) => `${count.toFixed()}`, expectedMs: 10 }, ({ count }) => count)
  task({ needs: { count }, input: ({ count }) => `${count}`, key: (text) => text.trim() }, (text) => text.length)
  // @ts-expect-error: there is no such option
  expectTypeOf(() => task(() => 1, { timeoutms: 1 })).toBeFunction()
  // @ts-expect-error: nor with needs
  expectTypeOf(() => task({ needs: { count }, prioritty: 1 }, () => 1)).toBeFunction()
  // @ts-expect-error: words are no number
  expectTypeOf(() => task({ needs: { words }, laneKey: ({ words }) => words.toFixed() }, () => 1)).toBeFunction()
})

it('outcomes are typed by name', () => {
  type Named = GraphOutcomes<{ readonly count: typeof count; readonly words: typeof words }>
  expectTypeOf<Named>().toEqualTypeOf<{
    readonly count: Outcome<number>
    readonly words: Outcome<string[]>
  }>()
  expectTypeOf<GraphOutcomes<Map<string, TaskHandle<number>>>>().toEqualTypeOf<
    Readonly<Record<string, Outcome<number>>>
  >()
  // @ts-expect-error: nobody is called word
  expectTypeOf<Named['word']>().toBeObject()
})

it('what is spawned has an outcome of its type', () => {
  task(async (_, context) => {
    const outcome = await context.spawn('later', count)
    expectTypeOf(outcome).toEqualTypeOf<Outcome<number>>()
  })
})
