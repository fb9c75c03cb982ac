import pLimit from 'p-limit'
import pMap from 'p-map'
import PQueue from 'p-queue'
import { Bench } from 'tinybench'
import { createRuntime } from '../../src/index.ts'
import { type BenchResult, type BenchSize, median, round } from '../result.ts'

const concurrency = 100

/** Everyone runs the same no-op tasks; each round gives one ratio, the claim is about their median. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const items = Array.from({ length: smoke ? 2_000 : 50_000 }, (_, index) => index)
  const rounds = smoke ? 2 : 15
  await using weft = await createRuntime()
  const contenders: Readonly<Record<string, () => Promise<unknown>>> = {
    'weft map': async () => weft.map(items, noop, { concurrency }),
    'p-map': () => pMap(items, noop, { concurrency }),
    'p-limit': () => {
      const limit = pLimit(concurrency)
      return Promise.all(items.map((item) => limit(() => noop(item))))
    },
    'p-queue': () => {
      const queue = new PQueue({ concurrency })
      return Promise.all(items.map((item) => queue.add(() => noop(item))))
    },
    'Promise.all, unbounded': () => Promise.all(items.map(noop)),
  }
  const times = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]))
  for (let count = 0; count < rounds; count += 1) {
    const round = new Bench({
      iterations: 3,
      time: 0,
      warmup: count === 0,
      warmupIterations: 5,
      warmupTime: 0,
      throws: true,
    })
    for (const [name, run] of Object.entries(contenders)) round.add(name, run)
    for (const task of await round.run()) {
      const { result } = task
      if (result.state === 'completed') times.get(task.name)!.push(result.latency.p50)
    }
  }
  const own = times.get('weft map')!
  const ratioTo = (name: string): number => median(times.get(name)!.map((ms, index) => own[index]! / ms))
  return {
    name: 'map-overhead',
    about: `${items.length} no-op async tasks, ${concurrency} at a time; weft keeps an outcome of each, limits and statistics`,
    rows: [...times].map(([name, ms]) => ({
      contender: name,
      'median ms': round(median(ms), 1),
      'µs a task': round((median(ms) * 1_000) / items.length, 2),
      'weft / it': round(ratioTo(name)),
    })),
    claims: [{ what: "weft's time by p-map's", measured: ratioTo('p-map'), atMost: 0.8 }],
  }
}

async function noop(item: number): Promise<number> {
  return item
}
