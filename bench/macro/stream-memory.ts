import { createRuntime } from '../../src/index.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'

/** Items that are made on the way, taken one by one and forgotten: memory must not grow with their number. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const length = smoke ? 5_000 : 100_000
  await using weft = await createRuntime()
  const pass = async (count: number): Promise<number> => {
    let most = 0
    let seen = 0
    for await (const outcome of weft.stream(generate(count), measure, { concurrency: 100 })) {
      if (outcome.status !== 'done') throw outcome
      if (seen++ % 1_000 === 0) most = Math.max(most, process.memoryUsage.rss())
    }
    return most
  }
  await pass(5_000)
  const before = process.memoryUsage.rss()
  const most = await pass(length)
  const grown = Math.max(0, most - before) / 2 ** 20
  return {
    name: 'stream-memory',
    about: `${length} items of 1 KB from an async generator through stream`,
    rows: [
      {
        items: length,
        'RSS before, MB': round(before / 2 ** 20, 1),
        'at most, MB': round(most / 2 ** 20, 1),
        'grown, MB': round(grown, 1),
      },
    ],
    claims: [{ what: 'MB that RSS grew', measured: grown, atMost: 50 }],
  }
}

async function* generate(length: number): AsyncGenerator<string> {
  for (let index = 0; index < length; index += 1) yield String(index).padEnd(1_024, '.')
}

async function measure(text: string): Promise<number> {
  return text.length
}
