import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import type { Passage } from './memory-passage.ts'

const script = fileURLToPath(new URL('./memory-passage.ts', import.meta.url))

const control = 'p-map iterable'
const claimed = ['stream', 'pipeline']
const ways = [control, ...claimed, 'pipeline of two steps, items of 1 KB']

/**
 * Items that are made on the way, taken one by one and forgotten: memory must not grow with their number. Each way in a process of its own.
 *
 * Two figures: the engine lets its young generation grow, to more than 100 MB, while anything survives its collections, and the records of tasks
 * that run do. So RSS tells more of how much survives than of what is kept; what is still reachable at the end is what would be a leak. p-map, which
 * makes no record of a task, is the control. What is claimed of RSS is claimed of no-op items; the last row shows larger ones.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const length = smoke ? 5_000 : 1_000_000
  const passages = ways.map((way) => {
    const printed = execFileSync(process.execPath, ['--expose-gc', script, way, String(length)], { encoding: 'utf8' })
    const passage: Passage = JSON.parse(printed)
    return { way, passage }
  })
  return {
    name: 'stream-memory',
    about: `${length} items from an async generator through no-op tasks, each taken as its outcome comes`,
    rows: passages.map(({ way, passage: { rssBefore, rssAtMost, heapBefore, heapAtEnd } }) => ({
      through: way,
      'RSS before, MB': megabytes(rssBefore),
      'at most, MB': megabytes(rssAtMost),
      'grown, MB': megabytes(rssAtMost - rssBefore),
      'reachable heap grown, MB': megabytes(heapAtEnd - heapBefore),
    })),
    claims: passages
      .filter(({ way }) => way !== control)
      .flatMap(({ way, passage: { rssBefore, rssAtMost, heapBefore, heapAtEnd } }) => [
        ...(claimed.includes(way)
          ? [{ what: `MB that RSS grew, ${way}`, measured: megabytes(rssAtMost - rssBefore), atMost: 100 }]
          : []),
        { what: `MB that the reachable heap grew, ${way}`, measured: megabytes(heapAtEnd - heapBefore), atMost: 2 },
      ]),
  }
}

function megabytes(bytes: number): number {
  return round(bytes / 2 ** 20, 1)
}
