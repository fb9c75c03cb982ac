import {
  createRuntime,
  type InlineTask,
  type RunStatistics,
  type Runtime,
  type Task,
  values,
  type WorkerTasks,
  worker,
} from '../../src/index.ts'
import { seconds, tableOf } from './print.ts'
import { type Result, type Scenario, sumOf } from './scenario.ts'
import type { Service } from './service/service.ts'
import { Processes } from './strategies/processes.ts'
import { fetchFindings, type Job, work } from './strategies/work.ts'

type Strategy = 'sequential' | 'event loop' | 'threads' | 'processes' | 'hybrid'

const kinds = ['I/O-bound', 'CPU-bound', 'mixed'] as const
type Kind = (typeof kinds)[number]

interface Compared extends Result {
  readonly walls: Readonly<Record<Kind, number>>
  readonly results: Readonly<Record<Kind, readonly number[]>>
}

export const scenario: Scenario<Strategy, Compared> = {
  name: 'strategies',
  about: 'The same three workloads in five ways, so that you see which to choose for yours.',
  service: { speed: 1, seed: 14, latency: { medianMs: 90, sigma: 0, maxMs: 90 } },
  ways: {
    sequential: (service, { smoke }) => compare(service, smoke, () => ({ task: work, concurrency: 1 })),
    'event loop': (service, { smoke }) => compare(service, smoke, () => ({ task: work })),
    threads: (service, { smoke }) => compare(service, smoke, () => ({ task: threads.work })),
    processes: (service, { smoke }) =>
      compare(service, smoke, (weft, stack) => {
        const processes = stack.use(new Processes(threadsOf(weft)))
        return { task: (job) => processes.run(job), concurrency: threadsOf(weft) }
      }),
    hybrid: (service, { smoke }) => compare(service, smoke, () => ({ task: fetchHereComputeThere })),
  },
  report: (results) => {
    const rows = Object.entries(results).map(([strategy, { walls }]) => [
      strategy,
      ...kinds.map((kind) => (results.sequential.walls[kind] / walls[kind]).toFixed(1)),
    ])
    return `times as fast as sequential (threads and processes were started before):\n${tableOf(['', ...kinds], rows)}`
  },
}

const threads: WorkerTasks<typeof import('./strategies/work.ts')> = worker(
  new URL('./strategies/work.ts', import.meta.url),
)
const primes: WorkerTasks<typeof import('./primes.ts')> = worker(new URL('./primes.ts', import.meta.url))

/** The way that weft is made for: the event loop waits, the threads compute. */
const fetchHereComputeThere: InlineTask<Job, number> = async (job, context) => {
  const findings = await fetchFindings(job)
  return job.primesBelow === undefined ? findings : findings + (await context.call(primes.countPrimes, job.primesBelow))
}

interface Way {
  readonly task: Task<Job, number>
  readonly concurrency?: number
}

async function compare(
  service: Service,
  smoke: boolean,
  way: (weft: Runtime, stack: DisposableStack) => Way,
): Promise<Compared> {
  await using weft = await createRuntime(service.runtime)
  using stack = new DisposableStack()
  const { task, concurrency } = way(weft, stack)
  const options = concurrency === undefined ? {} : { concurrency }
  const runOf = async (kind: Kind, count: number): Promise<Measured> => {
    const run = weft.map(jobs(service, kind, count, smoke ? 1_000 : 250_000), task, options)
    const results = values(await run)
    return { results, statistics: run.stats() }
  }
  // Threads, processes and connections are there before anything is measured.
  await runOf('mixed', threadsOf(weft))
  const measured: Measured[] = []
  for (const kind of kinds) measured.push(await runOf(kind, smoke ? 4 : 16))
  const walls = measured.map(({ statistics }) => statistics.wallMs)
  const byKind = <T>(list: readonly T[]): Record<Kind, T> => ({
    'I/O-bound': list[0]!,
    'CPU-bound': list[1]!,
    mixed: list[2]!,
  })
  return {
    tally: sumOf(measured.map(({ statistics }) => statistics.tally)),
    boundBy: `mixed: ${measured[2]!.statistics.bound.by}`,
    wallMs: walls.reduce((sum, wall) => sum + wall),
    columns: byKind(walls.map(seconds)),
    walls: byKind(walls),
    results: byKind(measured.map(({ results }) => results)),
  }
}

interface Measured {
  readonly results: readonly number[]
  readonly statistics: RunStatistics
}

function jobs(service: Service, kind: Kind, count: number, primesBelow: number): Job[] {
  return Array.from({ length: count }, (_, index) => ({
    ...(kind === 'CPU-bound' ? {} : { url: service.url(`/jobs/${index}`) }),
    ...(kind === 'I/O-bound' ? {} : { primesBelow: primesBelow + index }),
  }))
}

function threadsOf(weft: Runtime): number {
  return weft.lanes().find(({ name }) => name === 'cpu')!.capacity
}
