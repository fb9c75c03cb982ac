import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openJobRun } from '../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../src/batch/job/plan.ts'
import { recordFile, recordLine } from '../../src/batch/sinks/record-file.ts'
import { openSnapshot } from '../../src/batch/sources/file-snapshot.ts'
import { fileSource } from '../../src/batch/sources/file-source.ts'
import { jsonLines } from '../../src/batch/sources/line-format.ts'
import type { EachStep } from '../../src/batch/steps/step.ts'
import { boundYoungSpace } from '../../src/cli/jobs/young-space.ts'

// A process of `batch-million`: a run of the job, or one that is killed after so many items.

/** What one life of the run measured. */
export interface BatchLife {
  readonly wallMs: number
  /** From opening the run to the first call of a step. */
  readonly firstCallMs: number
  readonly calls: number
  readonly rssAtMost: number
  readonly loopP99Ms: number
  readonly done: number
  readonly failed: number
  readonly state: string
}

const [folder = '', journal = 'sqlite', dieAfter = '0'] = process.argv.slice(2)
let calls = 0
let firstCallAt = 0

function tiny(name: string, work: (input: { readonly n: number }) => unknown): EachStep {
  const run = async (input: unknown): Promise<unknown> => {
    calls += 1
    if (calls === 1) firstCallAt = performance.now()
    return work(input as { readonly n: number })
  }
  const common = { name, uses: [], version: name, lane: 'io', effects: false, onInterrupted: 'rerun' } as const
  return { ...common, kind: 'each', prepare: ({ last }) => last, run }
}

const input = join(folder, 'input.jsonl')
const plan: JobPlan = {
  name: 'million',
  journalFolder: join(folder, 'journal'),
  source: await fileSource(input, await openSnapshot(input, input), jsonLines(input)),
  limit: undefined,
  steps: [tiny('double', ({ n }) => ({ n: n * 2 })), tiny('negate', ({ n }) => ({ n: -n }))],
  output: {
    records: recordFile(join(folder, 'out.jsonl'), recordLine),
    report: undefined,
    isOrdered: false,
    fields: undefined,
  },
  runtime: {},
  policy: 'settle',
  budget: undefined,
  durability: 'process',
  concurrency: 100,
}

// As `weft run` does.
using _ = boundYoungSpace()
const delay = monitorEventLoopDelay({ resolution: 1 })
let rssAtMost = 0
const startedAt = performance.now()
const run = await openJobRun(plan, journal === 'memory' ? { journal } : {})
delay.enable()
const watch = setInterval(() => {
  rssAtMost = Math.max(rssAtMost, process.memoryUsage.rss())
  if (Number(dieAfter) > 0 && run.progress().done >= Number(dieAfter)) process.kill(process.pid, 'SIGKILL')
}, 20)
const { tally, state, broken } = await run.ended
clearInterval(watch)
if (broken !== undefined) throw broken
const life: BatchLife = {
  wallMs: performance.now() - startedAt,
  firstCallMs: calls === 0 ? 0 : firstCallAt - startedAt,
  calls,
  rssAtMost,
  loopP99Ms: delay.percentile(99) / 1e6,
  done: tally.done,
  failed: tally.failed,
  state,
}
console.log(JSON.stringify(life))
