import { monitorEventLoopDelay } from 'node:perf_hooks'
import { cpu, createRuntime, transfer, values } from '../../src/index.ts'
import { readPage } from '../../workers/read-page.ts'
import type { PageSource } from '../../workers/reading/page.ts'
import { corpusSources } from '../corpus/corpus-sources.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'

/** How long the main thread's event loop is kept waiting while pages are read at full speed: on it, and in the pool. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const repeats = smoke ? 1 : 10
  await using weft = await createRuntime({ pool: { idleTimeoutMs: 600_000 } })
  const inPool = async (count: number): Promise<void> => {
    const sources = corpusSources(count).map(ownBytes)
    values(await weft.map(sources, cpu.readPage))
  }
  await inPool(1)
  const idle = await delayDuring(() => new Promise((resolve) => setTimeout(resolve, smoke ? 100 : 2_000)))
  const pool = await delayDuring(() => inPool(repeats))
  const main = await delayDuring(async () => {
    for (const source of corpusSources(repeats)) {
      readPage(source)
      // As kind to the loop as such a program can be: a turn between two pages.
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  return {
    name: 'loop-delay',
    about: `delay of the event loop (resolution 1 ms) while ${corpusSources(repeats).length} pages are read`,
    rows: [
      { where: 'idle', ...idle },
      { where: 'in the pool', ...pool },
      { where: 'on the main thread', ...main },
    ],
    claims: [{ what: 'p99 in ms, in the pool', measured: pool['p99 ms'], atMost: 10 }],
  }
}

/** A copy that may be moved to another thread. */
function ownBytes(source: PageSource): PageSource {
  const bytes = source.bytes.slice()
  return transfer({ ...source, bytes }, [bytes.buffer])
}

async function delayDuring(
  work: () => Promise<unknown>,
): Promise<{ 'p50 ms': number; 'p99 ms': number; 'max ms': number }> {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  await work()
  histogram.disable()
  const ms = (nanoseconds: number): number => round(nanoseconds / 1e6)
  return { 'p50 ms': ms(histogram.percentile(50)), 'p99 ms': ms(histogram.percentile(99)), 'max ms': ms(histogram.max) }
}
