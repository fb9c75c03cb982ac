import { appendFile, readdir, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom, type Random } from '../../bench/corpus/random.ts'
import { type Call, CountingServer } from './counting-server.ts'
import { type CrashJob, crashJobFolder, jobName, outputOf } from './crash-job.ts'
import { startLife, weft } from './life.ts'
import { snapshot } from './recorded.ts'
import { cutPower, type Survived } from './wal.ts'

export interface CampaignOptions {
  readonly kills: number
  readonly seed: number
  readonly items: number
  /** In about so many lives a run is killed before it may end. */
  readonly killsPerRun: number
  readonly durability: 'process' | 'power'
  /** After each kill, what a power cut may take is taken. */
  readonly withPowerCuts: boolean
  readonly isOrdered: boolean
  readonly onRun?: (report: CampaignReport) => void
}

export interface CampaignReport {
  runs: number
  kills: number
  /** Of these, before the first call of a life. */
  killsAtStart: number
  /** Calls that undisturbed runs would have made. */
  callsNeeded: number
  calls: number
  /** At the server and without an answer when the process was killed. */
  inFlight: number
  /** Answered, and not in the journal when the process was killed. */
  unrecorded: number
  /** The most of both together at one kill. */
  mostAtOnce: number
  /** Bytes of the journal's log that power cuts took. */
  bytesLost: number
}

const concurrency = 8

/**
 * Kills runs of a job with SIGKILL at random moments and goes on with them until they are finished, as often as is asked.
 *
 * A call counts as *open at a kill* when it was made in the life that was killed, and the journal, as the next life finds it, has no result of
 * it: it was in flight, or answered and not recorded. Every other call must never be made again.
 *
 * @throws Error that names what did not hold, with the seed
 */
export async function campaign(options: CampaignOptions): Promise<CampaignReport> {
  const random = createRandom(options.seed)
  const report: CampaignReport = {
    runs: 0,
    kills: 0,
    killsAtStart: 0,
    callsNeeded: 0,
    calls: 0,
    inFlight: 0,
    unrecorded: 0,
    mostAtOnce: 0,
    bytesLost: 0,
  }
  await using server = await CountingServer.start(options.seed)
  const { items, durability, isOrdered } = options
  const job: CrashJob = { origin: server.origin, items, durability, isOrdered, concurrency }
  const undisturbed = await undisturbedRecords(job)
  const callsEach = server.calls.length
  while (report.kills < options.kills) {
    server.calls.length = 0
    await killedRun({ job, server, random, options, report, undisturbed })
    report.runs += 1
    report.calls += server.calls.length
    report.callsNeeded += callsEach
    options.onRun?.(report)
  }
  return report
}

interface Disturbed {
  readonly job: CrashJob
  readonly server: CountingServer
  readonly random: Random
  readonly options: CampaignOptions
  readonly report: CampaignReport
  readonly undisturbed: ReadonlyMap<string, string>
}

/** One run over all its lives. */
async function killedRun({ job, server, random, options, report, undisturbed }: Disturbed): Promise<void> {
  await using folder = await crashJobFolder(job)
  const journal = join(folder.path, '.weft', jobName)
  /** How often each call was open at a kill. */
  const open = new Map<string, number>()
  const recorded = new Set<string>()
  const made = new Map<string, number>()
  let survived: Survived | undefined
  const callsPerLife = (2 * job.items) / options.killsPerRun
  for (let isFinished = false; !isFinished; ) {
    const before = server.calls.length
    const mayKill = report.kills < options.kills
    const answered = new Set<Call>()
    const isKilled = await live(folder.path, server, mayKill ? random : undefined, callsPerLife, answered)
    await server.quiet()
    const calls = server.calls.slice(before)
    for (const call of calls) {
      const key = workOf(call)
      check(!recorded.has(key), `${key} was recorded, and called again`)
      made.set(key, (made.get(key) ?? 0) + 1)
      const allowed = 1 + (open.get(key) ?? 0)
      check(made.get(key)! <= allowed, `${key} was called ${made.get(key)} times, where ${allowed} are allowed`)
    }
    isFinished = !isKilled
    if (isFinished) break
    if (options.withPowerCuts) {
      survived = await cutPower(join(journal, 'journal.db'), random, survived)
      report.bytesLost += survived.lostBytes
    }
    const { work, marks } = await snapshot(journal, job.items)
    if (options.withPowerCuts) await loseOutput(folder.path, marks?.output.bytes ?? 0, random)
    for (const key of recorded) check(work.has(key), `${key} was recorded, and is lost`)
    for (const key of work) recorded.add(key)
    const openNow = calls.filter((call) => !work.has(workOf(call)))
    for (const call of openNow) open.set(workOf(call), (open.get(workOf(call)) ?? 0) + 1)
    count(report, calls, openNow, answered)
  }
  const shown = JSON.parse((await weft(folder.path, 'show', jobName, '--json')).stdout) as { readonly state: string }
  check(shown.state === 'finished', `the run should be finished: ${JSON.stringify(shown)}`)
  await compare(outputOf(folder.path), undisturbed, job)
  check(
    (await readdir(folder.path)).every((name) => !name.includes('partial')),
    'a partial output is left',
  )
}

/** The position of the step in the job whose call it is. */
function workOf({ what, item }: Call): string {
  return `${item}/${what === 'page' ? 0 : 2}`
}

/**
 * One process. Killed when it has made so many calls, and a little later; or, one time in eight, while it starts.
 *
 * @param random undefined: it may live
 * @param answered is given the calls that had their answers when it was killed
 * @returns whether it was killed before it had ended by itself
 */
async function live(
  folder: string,
  server: CountingServer,
  random: Random | undefined,
  callsPerLife: number,
  answered: Set<Call>,
): Promise<boolean> {
  const { child, ended } = startLife(folder, ['run', 'job.yaml', '--quiet'])
  if (random !== undefined) {
    const isAtStart = random() < 1 / 8
    const calls = server.calls.length + 1 + Math.floor(random() * 2 * callsPerLife)
    const delayMs = random() * (isAtStart ? 600 : 12)
    const moment = isAtStart ? Promise.resolve() : server.reached(calls)
    const stop = moment.then(() => new Promise((resolve) => setTimeout(resolve, delayMs)))
    await Promise.race([stop, ended])
    for (const call of server.calls) if (call.isAnswered) answered.add(call)
    child.kill('SIGKILL')
  }
  const { code, signal, stderr } = await ended
  if (signal === 'SIGKILL') return true
  const words = `${code} ${stderr}`.trim()
  check(words === '1', `a quiet end with code 1 was expected, as some pages are missing, got ${words}`)
  return false
}

/** What the journal does not know of was never confirmed, and may have come to the disk in part. */
async function loseOutput(folder: string, confirmedBytes: number, random: Random): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.includes('.partial-')) continue
    const path = join(folder, name)
    const { size } = await stat(path)
    if (size > confirmedBytes) await truncate(path, confirmedBytes + Math.floor(random() * (size - confirmedBytes)))
    await appendFile(path, '\0\0{"id":"garb')
  }
}

function count(
  report: CampaignReport,
  calls: readonly Call[],
  openNow: readonly Call[],
  answered: ReadonlySet<Call>,
): void {
  const inFlight = openNow.filter((call) => !answered.has(call)).length
  report.kills += 1
  if (calls.length === 0) report.killsAtStart += 1
  report.inFlight += inFlight
  report.unrecorded += openNow.length - inFlight
  report.mostAtOnce = Math.max(report.mostAtOnce, openNow.length)
}

/** Records of a run that nobody disturbs, by id, without what differs from run to run: see `comparable`. */
async function undisturbedRecords(job: CrashJob): Promise<Map<string, string>> {
  await using folder = await crashJobFolder(job)
  const { code, stderr } = await startLife(folder.path, ['run', 'job.yaml', '--quiet']).ended
  check(code === 1, `the undisturbed run ended with ${code}: ${stderr}`)
  const records = await recordsOf(outputOf(folder.path))
  check(records.length === job.items, `${records.length} records of ${job.items} items`)
  return new Map(records)
}

async function compare(path: string, undisturbed: ReadonlyMap<string, string>, job: CrashJob): Promise<void> {
  const records = await recordsOf(path)
  const ids = new Set(records.map(([id]) => id))
  check(ids.size === records.length, `${records.length - ids.size} items are twice in the output`)
  check(records.length === job.items, `${records.length} records of ${job.items} items`)
  for (const [id, record] of records) {
    check(record === undisturbed.get(id), `item ${id}: ${record} instead of ${undisturbed.get(id)}`)
  }
  if (!job.isOrdered) return
  const order = records.map(([id]) => Number(id))
  check(
    order.every((id, at) => at === 0 || id > order[at - 1]!),
    'the output is not in the order of the input',
  )
}

async function recordsOf(path: string): Promise<[id: string, record: string][]> {
  const text = await readFile(path, 'utf8')
  check(text.endsWith('\n'), 'the last line of the output is torn')
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const { id, attempts, queuedMs, runMs, ...record } = JSON.parse(line) as Readonly<Record<string, unknown>>
      return [String(id), JSON.stringify(record)]
    })
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message)
}
