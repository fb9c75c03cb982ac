import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import type { NightLife } from './batch-night-life.ts'

const lifeScript = fileURLToPath(new URL('./batch-night-life.ts', import.meta.url))
const serverScript = fileURLToPath(new URL('./batches-server.ts', import.meta.url))

/** As the heap of a machine with 8 GB would have it. */
const maxWaitingBytes = 256_000_000

/** A night's worth of requests on a lane of mode `batch`: many small ones, and many pages. Its memory is bounded by what may wait, not by their number. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const share = smoke ? 1 / 100 : 1
  const small = await live(100_000 * share, 1_100)
  const pages = await live(20_000 * share, 50_000)
  return {
    name: 'batch-night',
    about: 'requests in message batches over loopback, each batch answered when it is asked for the second time',
    rows: [rowOf('1.1 KB', small), rowOf('50 KB', pages)],
    claims: [
      { what: 'RSS at most by maxWaitingBytes, 100,000 of 1.1 KB', measured: byBound(small), atMost: 3 },
      { what: 'RSS at most by maxWaitingBytes, 20,000 of 50 KB', measured: byBound(pages), atMost: 3 },
      { what: 'answered, of 120,000', measured: (small.done + pages.done) / share, atLeast: 120_000 },
    ],
  }
}

async function live(count: number, bytes: number): Promise<NightLife> {
  const server = spawn(process.execPath, [serverScript], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = await once(server.stdout, 'data')
    const words = [
      lifeScript,
      `http://127.0.0.1:${String(port).trim()}`,
      String(count),
      String(bytes),
      String(maxWaitingBytes),
    ]
    const { stdout } = await promisify(execFile)(process.execPath, words)
    return JSON.parse(stdout)
  } finally {
    server.kill()
  }
}

function rowOf(size: string, { done, wallMs, rssAtMost, heapAtMost }: NightLife): BenchResult['rows'][number] {
  return {
    'of each': size,
    answered: done,
    's in all': round(wallMs / 1000, 1),
    'RSS at most, MB': megabytes(rssAtMost),
    'heap at most, MB': megabytes(heapAtMost),
  }
}

function byBound({ rssAtMost }: NightLife): number {
  return round(rssAtMost / maxWaitingBytes, 2)
}

function megabytes(bytes: number): number {
  return round(bytes / 2 ** 20, 1)
}
