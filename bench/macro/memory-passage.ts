import { pMapIterable } from 'p-map'
import { createRuntime, type Outcome } from '../../src/index.ts'

// A process of `stream-memory`: how the items go through, how many, and the most memory that it took meanwhile.

export interface Passage {
  readonly rssBefore: number
  readonly rssAtMost: number
  /** What is still reachable, as the collector finds it. */
  readonly heapBefore: number
  readonly heapAtEnd: number
}

const [way, length] = process.argv.slice(2)
await using weft = await createRuntime()

const ways: Readonly<Record<string, (count: number) => AsyncIterable<Pick<Outcome<number>, 'status'>>>> = {
  // The control.
  'p-map iterable': pMapOutcomes,
  stream: (count) => weft.stream(numbers(count), noop, { concurrency: 100 }),
  pipeline: (count) => weft.pipeline(numbers(count), { concurrency: 100 }).step('noop', noop),
  'pipeline of two steps, items of 1 KB': (count) =>
    weft.pipeline(generate(count), { concurrency: 100 }).step('measure', measure).step('double', double),
}

async function pass(count: number): Promise<number> {
  let most = 0
  let seen = 0
  for await (const outcome of ways[way!]!(count)) {
    if (outcome.status !== 'done') throw outcome
    if (seen++ % 1_000 === 0) most = Math.max(most, process.memoryUsage.rss())
  }
  if (seen !== count) throw new Error(`expected ${count} outcomes, got ${seen}`)
  return most
}

await pass(5_000)
const before = memory()
const rssAtMost = await pass(Number(length))
const passage: Passage = {
  rssBefore: before.rss,
  rssAtMost,
  heapBefore: before.heapUsed,
  heapAtEnd: memory().heapUsed,
}
console.log(JSON.stringify(passage))

/** Without what nobody holds any more: its parent starts it with `--expose-gc`. */
function memory(): NodeJS.MemoryUsage {
  globalThis.gc!()
  return process.memoryUsage()
}

async function* pMapOutcomes(count: number): AsyncGenerator<{ readonly status: 'done'; readonly value: number }> {
  for await (const value of pMapIterable(numbers(count), noop, { concurrency: 100 })) yield { status: 'done', value }
}

async function* generate(count: number): AsyncGenerator<string> {
  for (let index = 0; index < count; index += 1) yield String(index).padEnd(1_024, '.')
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index += 1) yield index
}

async function noop(item: number): Promise<number> {
  return item
}

async function measure(text: string): Promise<number> {
  return text.length
}

async function double(size: number): Promise<number> {
  return 2 * size
}
