import Table from 'cli-table3'
import type { Input } from '../src/batch/input.ts'
import { readInputs } from '../src/batch/read.ts'
import { FailureList } from '../src/cli/failure-list.ts'
import { printable } from '../src/cli/printable.ts'
import { openReports } from '../src/cli/reports.ts'
import { seconds } from '../src/cli/summary.ts'
import { createRuntime, equation, type RunStatistics } from '../src/index.ts'
import { startCorpusProcess } from './corpus/corpus-process.ts'
import { demoSetting } from './corpus/server.ts'

// The main job on the corpus that ships with the project: in parallel, then the same one after another.
// No key, no model, no network: the pages come from loopback, with seeded latencies.

await using corpus = await startCorpusProcess(demoSetting)
const inputs = corpus.urls.map((url): Input => ({ input: url, target: { kind: 'url', url } }))

console.log(`Reading ${inputs.length} pages from 12 hosts on loopback, in parallel …`)
const parallel = await readAll({ concurrency: 64 })
console.log('… and now the same, one after another.')
const sequential = await readAll({ concurrency: 1, threads: 1 })

const rows: readonly (readonly [string, (read: Read) => string])[] = [
  ['wall time', ({ statistics }) => seconds(statistics.wallMs)],
  [
    'no schedule can beat',
    ({ statistics }) => `${seconds(statistics.bound.ms)} (${statistics.bound.by.replace(/,.*/, '')})`,
  ],
  ['worker threads', ({ threads }) => String(threads)],
  ['event loop delay, p99', ({ statistics }) => `${statistics.loopDelay.p99Ms.toFixed(1)} ms`],
  ['retries', ({ statistics }) => String(statistics.retries)],
]
const table = new Table({ head: ['', 'in parallel', 'one after another'], style: { head: [], border: [] } })
for (const [name, show] of rows) table.push([name, show(parallel), show(sequential)])
console.log(table.toString())
const speedUp = sequential.statistics.wallMs / parallel.statistics.wallMs
const possible = sequential.statistics.wallMs / parallel.statistics.bound.ms
console.log(`measured speed-up: ${speedUp.toFixed(1)} times; at most ${possible.toFixed(1)} times is possible`)
console.log(equation(parallel.statistics.tally))
console.log(parallel.failures.lines().map(printable).join('\n'))

const expected = new Map(corpus.expectedFailures)
process.exitCode = [parallel, sequential].every(({ codes }) => sameFailures(codes, expected)) ? 0 : 1
if (process.exitCode !== 0) console.error(`expected exactly these failures: ${JSON.stringify([...expected])}`)

interface Read {
  readonly statistics: RunStatistics
  readonly threads: number
  readonly failures: FailureList
  /** By URL, of what failed. */
  readonly codes: ReadonlyMap<string, string>
}

async function readAll({ concurrency, threads }: { concurrency: number; threads?: number }): Promise<Read> {
  await using weft = await createRuntime({
    web: { allowPrivate: true },
    pool: threads === undefined ? {} : { threads },
  })
  const run = readInputs(weft, inputs, { concurrency, timeoutMs: 2_500, summarySentences: 3 })
  const failures = new FailureList()
  const codes = new Map<string, string>()
  const reports = openReports('text', process.stderr, true)
  {
    using _ = await reports.watch(run, weft)
    for await (const outcome of run) {
      failures.add(outcome, outcome.input.input)
      if (outcome.status === 'failed') codes.set(outcome.input.input, outcome.failure.code)
    }
  }
  const cpu = weft.lanes().find((lane) => lane.name === 'cpu')
  return { statistics: run.stats(), threads: cpu!.capacity, failures, codes }
}

function sameFailures(codes: ReadonlyMap<string, string>, expected: ReadonlyMap<string, string>): boolean {
  return codes.size === expected.size && [...expected].every(([url, code]) => codes.get(url) === code)
}
