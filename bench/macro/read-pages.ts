import { request } from 'undici'
import type { Input } from '../../src/batch/input.ts'
import { readInputs } from '../../src/batch/read.ts'
import { createRuntime, type RunStatistics } from '../../src/index.ts'
import { readPage } from '../../workers/read-page.ts'
import { startCorpusProcess } from '../corpus/corpus-process.ts'
import { type BenchResult, type BenchSize, median, round } from '../result.ts'

/**
 * The main job over the corpus on 12 loopback hosts with heavy-tailed latencies: in parallel, with `--sequential`, and as the plain
 * loop on the main thread that most people write. Each ratio is taken within one round.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const rounds = smoke ? 1 : 5
  const latency = { medianMs: smoke ? 20 : 210, sigma: 0.8, maxMs: 2_000 }
  await using corpus = await startCorpusProcess({ hosts: 12, latency, failures: false })
  const inputs = corpus.pageUrls.map((url): Input => ({ input: url, target: { kind: 'url', url } }))
  const parallel: RunStatistics[] = []
  const sequential: RunStatistics[] = []
  const plain: number[] = []
  for (let count = 0; count < rounds; count += 1) {
    parallel.push(await readAll(inputs, 256))
    sequential.push(await readAll(inputs, 1))
    plain.push(await plainLoop(corpus.pageUrls))
  }
  // The bound from the sequential run of the same round: there no item waits for another's core.
  const bounds = sequential.map((statistics, index) => {
    const threads = parallel[index]!.lanes.cpu!.capacity
    return Math.max(statistics.longestMs, statistics.lanes.cpu!.workMs / threads)
  })
  const walls = parallel.map((statistics) => statistics.wallMs)
  const reached = median(walls.map((wallMs, index) => bounds[index]! / wallMs))
  const against = (times: readonly number[]): number => round(median(times.map((ms, index) => ms / walls[index]!)))
  const sequentialWalls = sequential.map((statistics) => statistics.wallMs)
  return {
    name: 'read-pages',
    about: `${inputs.length} pages from 12 hosts, latencies log-normal (median ${latency.medianMs} ms, sigma ${latency.sigma}), ${rounds} rounds`,
    rows: [
      row('parallel', walls, 1),
      row('weft --sequential', sequentialWalls, against(sequentialWalls)),
      row('plain loop on the main thread', plain, against(plain)),
      row('bound: max(longest item, CPU work / threads)', bounds, against(bounds)),
    ],
    claims: [{ what: 'share of the bound that was reached', measured: reached, atLeast: 0.9 }],
  }
}

function row(how: string, times: readonly number[], ratio: number): Record<string, string | number> {
  return { how, 'median ms': round(median(times), 0), 'times the parallel run': ratio }
}

async function readAll(inputs: readonly Input[], concurrency: number): Promise<RunStatistics> {
  const threads = concurrency === 1 ? { pool: { threads: 1 } } : {}
  await using weft = await createRuntime({ web: { allowPrivate: true }, ...threads })
  const run = readInputs(weft, inputs, { concurrency, summarySentences: 3 })
  for await (const outcome of run) if (outcome.status !== 'done') throw outcome
  return run.stats()
}

async function plainLoop(urls: readonly string[]): Promise<number> {
  const start = performance.now()
  for (const url of urls) {
    const { headers, body } = await request(url)
    const contentType = String(headers['content-type'])
    readPage({ url, contentType, bytes: new Uint8Array(await body.arrayBuffer()), summarySentences: 3 })
  }
  return performance.now() - start
}
