import { createRuntime, type Runtime } from '../../src/index.ts'
import { createRandom } from '../corpus/random.ts'
import { type BenchResult, type BenchSize, median, round } from '../result.ts'
import { logNormal } from './log-normal.ts'
import { VirtualClock } from './virtual-clock.ts'

const width = 100
const medianMs = 1_000
const sigma = 0.5
const stragglerShare = 0.01
const stragglerFactor = 20

/**
 * A fan-out of 100 calls waits for the slowest of them. With and without hedging, on one clock, both with the same latencies for the first attempts; a
 * second attempt draws its own. The lane has seen 1,000 calls before.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const rounds = smoke ? 5 : 400
  const clock = new VirtualClock()
  const lanes = { model: { concurrency: 2 * width } }
  await using weft = await createRuntime({ clock, lanes })
  const fanOut = (seed: number, hedged: boolean, count = width): Promise<FanOut> =>
    runOnce({ weft, clock, seed, hedged, count })
  await fanOut(1, true, 1_000)
  const hedged: FanOut[] = []
  const plain: FanOut[] = []
  for (let count = 0; count < rounds; count += 1) {
    plain.push(await fanOut(1_000 + count, false))
    hedged.push(await fanOut(1_000 + count, true))
  }
  const extra = hedged.map(({ calls }) => (calls - width) / width)
  const makespan = (runs: readonly FanOut[]): number => median(runs.map(({ makespanMs }) => makespanMs))
  return {
    name: 'hedge',
    about: `${rounds} fan-outs of ${width} calls, log-normal (median ${medianMs} ms, sigma ${sigma}), ${stragglerShare * 100} % of them ${stragglerFactor} times as slow; simulated clock`,
    rows: [row('no hedge', plain), row("afterMs: 'p95'", hedged)],
    claims: [
      { what: 'median makespan by that with hedging', measured: makespan(plain) / makespan(hedged), atLeast: 3 },
      { what: 'extra calls, share of all tasks', measured: mean(extra), atMost: 0.05 },
      { what: 'the same in the fan-out with most', measured: Math.max(...extra), atMost: 0.05 },
    ],
  }
}

interface FanOut {
  readonly makespanMs: number
  readonly calls: number
}

interface FanOutOrder {
  readonly weft: Runtime
  readonly clock: VirtualClock
  readonly seed: number
  readonly hedged: boolean
  readonly count: number
}

async function runOnce({ weft, clock, seed, hedged, count }: FanOutOrder): Promise<FanOut> {
  const first = createRandom(seed)
  const second = createRandom(-seed)
  const latencies = Array.from({ length: count }, () => latency(first))
  const begun = new Set<number>()
  let calls = 0
  const startedAt = clock.now()
  const run = weft.map(
    latencies,
    async (ms, { index, signal }) => {
      calls += 1
      const own = begun.has(index) ? latency(second) : ms
      begun.add(index)
      await clock.pass(own, signal)
    },
    { lane: 'model', name: 'call', ...(hedged ? { hedge: { afterMs: 'p95' as const } } : {}) },
  )
  const outcomes = await clock.run(run)
  if (outcomes?.some(({ status }) => status !== 'done')) throw new Error('a call was lost')
  return { makespanMs: clock.now() - startedAt, calls }
}

function latency(random: () => number): number {
  const straggles = random() < stragglerShare
  return logNormal(random, medianMs, sigma) * (straggles ? stragglerFactor : 1)
}

function row(how: string, runs: readonly FanOut[]): Record<string, string | number> {
  const sorted = runs.map(({ makespanMs }) => makespanMs).sort((one, other) => one - other)
  const at = (share: number): number => round(sorted[Math.floor(share * sorted.length)]! / 1_000)
  return {
    hedging: how,
    'makespan p10, s': at(0.1),
    'p50, s': at(0.5),
    'p90, s': at(0.9),
    'p99, s': at(0.99),
    'calls a fan-out': round(mean(runs.map(({ calls }) => calls))),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}
