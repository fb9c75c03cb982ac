import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import type { Passage } from './memory-passage.ts'

const script = fileURLToPath(new URL('./memory-passage.ts', import.meta.url))

const control = 'p-map iterable'
const ways = [control, 'stream', 'pipeline']

/**
 * Items that are made on the way, taken one by one and forgotten: memory must not grow with their number. Each way in a process of its own.
 *
 * Two figures, because the engine lets its young generation grow, to more than 100 MB, as long as anything survives its collections, and whatever runs
 * 100 tasks at a time has some that do: p-map is the control. What is still reachable at the end is the library's own doing.
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
    about: `${length} items of 1 KB from an async generator, each taken as its outcome comes`,
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
        { what: `MB that RSS grew, ${way}`, measured: megabytes(rssAtMost - rssBefore), atMost: 100 },
        { what: `MB that the reachable heap grew, ${way}`, measured: megabytes(heapAtEnd - heapBefore), atMost: 2 },
      ]),
  }
}

function megabytes(bytes: number): number {
  return round(bytes / 2 ** 20, 1)
}
