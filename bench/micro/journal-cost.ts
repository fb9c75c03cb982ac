import { mkdtempDisposableSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Durability, openJournal, type RunJournal, type Work } from '../../src/index.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'

/** What is recorded into, and what takes all and does nothing: the time of the loop itself is none of the journal's. */
type Log = Pick<RunJournal, 'started' | 'done' | 'settled'>

const nothing: Log = { started() {}, done() {}, settled() {} }

/** Items that are recorded in one turn of the event loop. */
const itemsATurn = 200
/** Whoever records faster than the disk takes it waits from here on, in bytes. */
const mostBacklog = 4_000_000

const figures = { attempts: 1, queuedMs: 0.25, runMs: 1.5 }

/** What it costs to record items of two steps as fast as the journal takes them, and to open such a run when all but its last items are settled. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const items = smoke ? 2_000 : 1_000_000
  const rows = [await measure('process', items), await measure('power', items)]
  const [first] = rows as [Awaited<ReturnType<typeof measure>>]
  return {
    name: 'journal-cost',
    about: `${items} items through two steps as fast as the journal takes them: 2 begun, 2 done, 1 settled each, marks; then the run is opened again`,
    rows,
    claims: [
      {
        what: 'µs an item that processors are busy on all threads together',
        measured: first['main thread µs'] + first['other threads µs'],
        atMost: 10,
      },
      { what: 'wall µs an item', measured: first['wall µs'], atMost: 10 },
      {
        what: 'ms to open the run and to know what is open',
        measured: first['open ms'] + first['read ms'],
        atMost: 1_000,
      },
    ],
  }
}

async function measure(durability: Durability, items: number) {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'weft-bench-'))
  const spent = await record(folder.path, durability, items)
  const before = performance.now()
  await using journal = await openJournal(folder.path, { durability })
  const openMs = performance.now() - before
  const { id } = (await journal.runs())[0]!
  await using run = await journal.open(id)
  const readMs = await timed(async () => {
    await run.interrupted()
    for await (const _ of run.settledFrom(0, items - 1_000));
  })
  const indexMs = await timed(() => run.index())
  return {
    durability,
    'main thread µs': round(spent.mainUs / items),
    'other threads µs': round(spent.othersUs / items),
    'wall µs': round((spent.wallMs * 1_000) / items),
    'bytes an item': round(bytesIn(folder.path) / items, 0),
    'open ms': round(openMs, 0),
    'read ms': round(readMs, 0),
    'index µs a key': round((indexMs * 1_000) / (2 * items)),
  }
}

interface Spent {
  /** Time that processors were busy: on the main thread beside the loop, and on all others together. */
  readonly mainUs: number
  readonly othersUs: number
  readonly wallMs: number
}

async function record(folder: string, durability: Durability, items: number): Promise<Spent> {
  await using journal = await openJournal(folder, { durability })
  const { id, marks } = await journal.begin({ name: 'bench', plan: '{}', source: '{}' })
  await using run = await journal.open(id)
  const idle = process.threadCpuUsage()
  const loopMs = await timed(async () => {
    for (let item = 0; item < items; item++) {
      recordItem(nothing, item)
      if (item % itemsATurn === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  })
  const loopUs = busyUs(process.threadCpuUsage(idle))
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()]
  const wallMs = await timed(async () => {
    for (let item = 0; item < items; ) {
      const end = Math.min(items, item + itemsATurn)
      for (; item < end; item++) recordItem(run, item)
      run.mark(marks)
      await new Promise((resolve) => setImmediate(resolve))
      if (run.backlogBytes > mostBacklog) await run.committed()
    }
    await run.committed()
  })
  const mainUs = busyUs(process.threadCpuUsage(main))
  return { mainUs: mainUs - loopUs, othersUs: busyUs(process.cpuUsage(all)) - mainUs, wallMs: wallMs - loopMs }
}

function recordItem(run: Log, item: number): void {
  const fetched = workOf(item, 0)
  run.started(fetched, 1)
  run.done(fetched, `{"status":200,"text":"what was read for item ${item}"}`, figures)
  const scored = workOf(item, 1)
  run.started(scored, 1)
  run.done(scored, `{"score":${item % 100}}`, figures)
  run.settled({
    ...figures,
    segment: 0,
    item,
    sequence: item + 1,
    id: String(item),
    input: `{"name":"company ${item}"}`,
    offset: item * 30,
    line: item + 1,
    status: 'done',
    isDead: false,
    failure: undefined,
    step: 1,
  })
}

/** A key as spread out as that of a hash, made in a fraction of its time. */
function workOf(item: number, step: number): Work {
  const high = (Math.imul(item * 2 + step + 1, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0')
  const low = (Math.imul(item * 2 + step + 1, 0x85ebca6b) >>> 0).toString(36).padStart(7, '0')
  return { item, step, key: `${low}${high}AAAAAAAA` }
}

function busyUs({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
