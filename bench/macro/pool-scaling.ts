import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { cpu, createRuntime, values } from '../../src/index.ts'
import { readPage } from '../../workers/read-page.ts'
import { corpusSources } from '../corpus/corpus-sources.ts'
import { type BenchResult, type BenchSize, median, round } from '../result.ts'

/**
 * The same pages read by a pool of 1 to C threads, by 1 to C processes that know nothing of each other, and on the main thread.
 * Processes are what the machine can do at best: reading pages is bound by memory, and scales less than arithmetic.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const repeats = smoke ? 1 : 6
  const rounds = smoke ? 1 : 5
  const cores = availableParallelism()
  const counts = Array.from({ length: cores }, (_, index) => index + 1)
  const contenders = new Map<string, () => Promise<number>>([['main thread', async () => onMain(repeats)]])
  await using stack = new AsyncDisposableStack()
  for (const count of counts) {
    const pool = stack.use(await createRuntime({ pool: { threads: count, idleTimeoutMs: 600_000 } }))
    contenders.set(`pool of ${count}`, async () => {
      const start = performance.now()
      values(await pool.map(corpusSources(repeats), cpu.readPage))
      return performance.now() - start
    })
    const processes = Array.from({ length: count }, () => fork(fileURLToPath(import.meta.url), ['reader']))
    stack.defer(() => {
      for (const child of processes) child.disconnect()
    })
    contenders.set(`${count} processes`, () => onProcesses(processes, repeats))
  }
  const times = new Map<string, number[]>([...contenders.keys()].map((name) => [name, []]))
  for (const run of contenders.values()) await run()
  for (let count = 0; count < rounds; count += 1) {
    for (const [name, run] of contenders) times.get(name)!.push(await run())
  }
  const timesOf = (name: string): number[] => times.get(name)!
  const scaling = (one: string, all: string): number =>
    median(timesOf(all).map((ms, index) => timesOf(one)[index]! / ms))
  const ofPool = scaling('pool of 1', `pool of ${cores}`)
  const ofProcesses = scaling('1 processes', `${cores} processes`)
  const pages = corpusSources(repeats).length
  return {
    name: 'pool-scaling',
    about: `${pages} pages of the corpus read ${rounds} times by each, in turn`,
    rows: [...times].map(([contender, ms]) => ({
      contender,
      'median ms': round(median(ms), 0),
      'pages/s': round((pages / median(ms)) * 1_000, 1),
      'times the main thread': round(median(timesOf('main thread').map((main, index) => main / ms[index]!))),
    })),
    claims: [
      {
        what: `scaling of the pool (${round(ofPool)}) by that of processes (${round(ofProcesses)})`,
        measured: ofPool / ofProcesses,
        atLeast: 0.9,
      },
    ],
  }
}

function onMain(repeats: number): number {
  const sources = corpusSources(repeats)
  const start = performance.now()
  for (const source of sources) readPage(source)
  return performance.now() - start
}

async function onProcesses(processes: readonly ChildProcess[], repeats: number): Promise<number> {
  const start = performance.now()
  await Promise.all(
    processes.map(async (child, index) => {
      child.send({ repeats, part: index, parts: processes.length })
      await once(child, 'message')
    }),
  )
  return performance.now() - start
}

if (process.argv[2] === 'reader') {
  process.on('message', ({ repeats, part, parts }: { repeats: number; part: number; parts: number }) => {
    const sources = corpusSources(repeats).filter((_, index) => index % parts === part)
    for (const source of sources) readPage(source)
    process.send?.('done')
  })
}
