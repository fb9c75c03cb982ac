import { expectTypeOf, it } from 'vitest'
import {
  createRuntime,
  type Outcome,
  type Pipeline,
  type RunStatistics,
  type TaskContext,
  worker,
} from '../../src/index.ts'

// These hold when `npm run typecheck` passes; running them shows nothing.

interface Module {
  readonly chunk: (page: Page) => string[]
}

interface Page {
  readonly title: string
}

const tasks = worker<Module>(new URL('file:///never-loaded.ts'))

const fetchPage = async (url: URL, _context: TaskContext): Promise<Page> => ({ title: url.href })

it('each step takes what the one before it gives', async () => {
  await using weft = await createRuntime()
  const urls: URL[] = []
  const pages = weft.pipeline(urls).step('fetch', fetchPage)
  expectTypeOf(pages).toEqualTypeOf<Pipeline<Page, URL>>()
  const titles = pages.step('title', ({ title }) => title, {
    lane: 'io',
    concurrency: 4,
    laneKey: ({ title }) => title,
  })
  expectTypeOf(titles).toEqualTypeOf<Pipeline<string, URL>>()
  const chunks = pages.flatMap(tasks.chunk, { name: 'chunk' })
  expectTypeOf(chunks).toEqualTypeOf<Pipeline<string, URL | string>>()
  expectTypeOf(pages.flatMap(async () => new Set([1]))).toEqualTypeOf<Pipeline<number, URL | number>>()
  expectTypeOf(pages.batch(2)).toEqualTypeOf<Pipeline<Page[], URL | Page[]>>()
  expectTypeOf(pages.collect()).toEqualTypeOf<Pipeline<Page[], URL | Page[]>>()
  const count = pages.reduce((sum, { title }) => sum + title.length, 0)
  expectTypeOf(count).toEqualTypeOf<Pipeline<number, URL | number>>()
  // @ts-expect-error: pages are not URLs
  expectTypeOf(() => pages.step('again', fetchPage)).toBeFunction()
  // @ts-expect-error: a number is not iterable
  expectTypeOf(() => pages.flatMap(() => 7)).toBeFunction()
  // @ts-expect-error: the step has its name already
  expectTypeOf(() => pages.step('named', () => 1, { name: 'other' })).toBeFunction()
  // @ts-expect-error: there is no such option
  expectTypeOf(() => weft.pipeline(urls, { ordred: true })).toBeFunction()
})

it('a filter that says what it keeps narrows', async () => {
  await using weft = await createRuntime()
  const mixed = weft.pipeline([1, 'a', undefined])
  expectTypeOf(mixed.filter((value) => value !== undefined)).toExtend<Pipeline<string | number, unknown>>()
  expectTypeOf(mixed.filter((value) => typeof value === 'string')).toExtend<Pipeline<string, unknown>>()
  expectTypeOf(mixed.filter((value) => Boolean(value))).toExtend<Pipeline<string | number | undefined, unknown>>()
})

it('is awaited for its outcomes, iterated for each, and a run all along', async () => {
  await using weft = await createRuntime()
  const lengths = (): Pipeline<number, string> => weft.pipeline(['a']).step('length', (text) => text.length)
  expectTypeOf(await lengths()).toEqualTypeOf<Outcome<number, string>[]>()
  for await (const outcome of lengths()) expectTypeOf(outcome).toEqualTypeOf<Outcome<number, string>>()
  expectTypeOf(lengths().stats()).toEqualTypeOf<RunStatistics>()
  expectTypeOf(lengths().signal).toEqualTypeOf<AbortSignal>()
})
