import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runBench } from './report.ts'
import type { BenchResult, BenchSize } from './result.ts'

const benches: Readonly<Record<string, () => Promise<{ readonly bench: (size: BenchSize) => Promise<BenchResult> }>>> =
  {
    'map-overhead': () => import('./micro/map-overhead.ts'),
    'features-overhead': () => import('./micro/features-overhead.ts'),
    'graph-overhead': () => import('./micro/graph-overhead.ts'),
    'journal-cost': () => import('./micro/journal-cost.ts'),
    'cli-start': () => import('./micro/cli-start.ts'),
    'stream-memory': () => import('./macro/stream-memory.ts'),
    'batch-million': () => import('./macro/batch-million.ts'),
    'pool-scaling': () => import('./macro/pool-scaling.ts'),
    'loop-delay': () => import('./macro/loop-delay.ts'),
    'rate-limit': () => import('./scheduling/rate-limit.ts'),
    governor: () => import('./scheduling/governor.ts'),
    hedge: () => import('./scheduling/hedge.ts'),
    'pipeline-streaming': () => import('./scheduling/pipeline-streaming.ts'),
    'graph-makespan': () => import('./graphs/makespan.ts'),
    'read-pages': () => import('./macro/read-pages.ts'),
    retrieval: () => import('./texts/retrieval.ts'),
    dedupe: () => import('./texts/dedupe.ts'),
    'local-models': () => import('./local-models/local-models.ts'),
    'claude-faults': () => import('./models/claude-faults.ts'),
    'batch-night': () => import('./models/batch-night.ts'),
  }

const script = fileURLToPath(import.meta.url)
const { values, positionals } = parseArgs({
  options: { smoke: { type: 'boolean', default: false } },
  allowPositionals: true,
})
if (positionals.length === 1) process.exitCode = (await runOne(positionals[0]!)) || values.smoke ? 0 : 1
else process.exitCode = runEach(positionals.length > 0 ? positionals : Object.keys(benches)) ? 0 : 1

/** Each in a process of its own, so that none runs beside what another left in memory. */
function runEach(names: readonly string[]): boolean {
  const smoke = values.smoke ? ['--smoke'] : []
  const ends = names.map((name) => spawnSync(process.execPath, [script, name, ...smoke], { stdio: 'inherit' }))
  return ends.every(({ status }) => status === 0)
}

/** Whether all it claims is met. A smoke run only shows that everything runs: its figures are too few to be held to anything. */
async function runOne(name: string): Promise<boolean> {
  const load = benches[name]
  if (load === undefined) throw new Error(`no benchmark ${name}; there are ${Object.keys(benches).join(', ')}`)
  return runBench((await load()).bench, values)
}
