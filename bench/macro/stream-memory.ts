import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import type { Passage } from './memory-passage.ts'

const script = fileURLToPath(new URL('./memory-passage.ts', import.meta.url))

/** `a plain loop` is the control. */
const ways = ['a plain loop', 'stream']

/** Items that are made on the way, taken one by one and forgotten: memory must not grow with their number. Each way in a process of its own. */
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
      .filter(({ way }) => way !== 'a plain loop')
      .map(({ way, passage: { rssBefore, rssAtMost } }) => ({
        what: `MB that RSS grew, ${way}`,
        measured: megabytes(Math.max(0, rssAtMost - rssBefore)),
        atMost: 100,
      })),
  }
}

function megabytes(bytes: number): number {
  return round(bytes / 2 ** 20, 1)
}
