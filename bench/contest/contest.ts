import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, round } from '../result.ts'
import type { ContenderSize, Timing } from './contender.ts'

/** One way to do the same work: a script that ends in `measureContender`. */
export interface Contender {
  readonly name: string
  readonly script: URL
  /** What the script finds in `process.argv` before the size. */
  readonly args?: readonly string[]
  readonly size: ContenderSize
}

/** What each contender took, by name: one timing for each round. */
export type Contest = ReadonlyMap<string, readonly Timing[]>

/**
 * Each contender in a process of its own, one after another, round for round. In one process they would share a heap: who leaves
 * garbage is then cleaned up after in another's time. Every second round goes backwards, so that a machine that gets slower or
 * faster meanwhile favours none.
 */
export function hold(contenders: readonly Contender[], rounds: number): Contest {
  const timings = new Map<string, Timing[]>(contenders.map(({ name }) => [name, []]))
  for (let count = 0; count < rounds; count += 1) {
    const order = count % 2 === 0 ? contenders : contenders.toReversed()
    for (const contender of order) timings.get(contender.name)!.push(runOnce(contender))
  }
  return timings
}

/** One's time by another's: the median over the rounds. Each ratio is taken within a round. */
export function ratio(contest: Contest, one: string, other: string): number {
  return median(ratios(contest, one, other))
}

/** A row for each contender, with how long `own` takes by it. */
export function table(contest: Contest, own: string): Record<string, string | number>[] {
  return [...contest].map(([contender, timings]) => ({
    contender,
    tasks: timings[0]!.tasks,
    'µs a task': round(median(timings.map(({ wallUs }) => wallUs))),
    'CPU µs a task': round(median(timings.map(({ cpuUs }) => cpuUs))),
    [`${own} / it`]: round(ratio(contest, own, contender), 4),
    'quartiles of that': quartiles(ratios(contest, own, contender)),
  }))
}

function ratios(contest: Contest, one: string, other: string): number[] {
  const others = contest.get(other)!
  return contest.get(one)!.map(({ wallUs }, index) => wallUs / others[index]!.wallUs)
}

function quartiles(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (share: number): number => round(sorted[Math.round(share * (sorted.length - 1))]!, 4)
  return `${at(0.25)} to ${at(0.75)}`
}

function runOnce({ name, script, args = [], size }: Contender): Timing {
  const words = [fileURLToPath(script), ...args, JSON.stringify(size)]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: { ...process.env, ...quietPeers },
  })
  if (status !== 0) throw new Error(`${name} ended with status ${status}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}

/** What keeps other libraries from reporting home. */
const quietPeers = { MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false', DO_NOT_TRACK: '1' }
