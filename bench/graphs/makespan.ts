import { type BenchResult, type BenchSize, round } from '../result.ts'
import { type Contest, hold, isContested, type Makespans } from './contest.ts'
import { laws } from './durations.ts'
import { families } from './families.ts'

const capacities = [2, 3, 4, 6, 8, 12, 16]

/** Random graphs on a simulated clock: what ordering by the longest remaining path reaches, beside FIFO and what no schedule can beat. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const sizes = smoke ? [50] : [100, 300, 1_000]
  const seeds = smoke ? 1 : 20
  const held = contests(sizes, seeds).map((contest) => ({ contest, ...hold(contest) }))
  const groups = families.flatMap((family) =>
    laws.map((law) => ({
      what: { family, durations: law },
      of: held.filter(({ contest }) => contest.family === family && contest.law === law),
    })),
  )
  const contested = held.filter(isContested)
  const contestedKinds = contested.filter(({ contest }) => contest.law !== 'pareto')
  return {
    name: 'graph-makespan',
    about: `${held.length} random graphs of ${sizes.join(', ')} tasks on lanes of ${capacities.join(', ')}; makespans by max(critical path, work / slots)`,
    rows: groups.map(({ what, of }) => ({ ...what, ...figures(of) })),
    claims: [
      {
        what: 'makespan by the bound, durations known',
        measured: mean(held, ({ exactMs, boundMs }) => exactMs / boundMs),
        atMost: 1.06,
      },
      {
        what: 'the same, durations learned by kind in one run before',
        measured: mean(held, ({ learnedMs, boundMs }) => learnedMs / boundMs),
        atMost: 1.08,
      },
      {
        what: "FIFO's makespan by ours where the order matters, durations known",
        measured: mean(contested, ({ fifoMs, exactMs }) => fifoMs / exactMs),
        atLeast: 1.05,
      },
      {
        what: 'the same, durations learned, where kinds differ at all',
        measured: mean(contestedKinds, ({ fifoMs, learnedMs }) => fifoMs / learnedMs),
        atLeast: 1.05,
      },
    ],
  }
}

function contests(sizes: readonly number[], seeds: number): Contest[] {
  const shapes = families.flatMap((family) => laws.flatMap((law) => sizes.map((size) => ({ family, law, size }))))
  return shapes.flatMap((shape) =>
    capacities.flatMap((slots) =>
      Array.from({ length: seeds }, (_, seed) => ({ ...shape, slots, seed: 1_000_003 * slots + seed })),
    ),
  )
}

function figures(held: readonly Makespans[]): Readonly<Record<string, number>> {
  const contested = held.filter(isContested)
  return {
    exact: round(
      mean(held, ({ exactMs, boundMs }) => exactMs / boundMs),
      3,
    ),
    'exact by the tighter bound': round(
      mean(held, ({ exactMs, tightMs }) => exactMs / tightMs),
      3,
    ),
    learned: round(
      mean(held, ({ learnedMs, boundMs }) => learnedMs / boundMs),
      3,
    ),
    FIFO: round(
      mean(held, ({ fifoMs, boundMs }) => fifoMs / boundMs),
      3,
    ),
    'where the order matters': contested.length,
    'FIFO / exact': round(
      mean(contested, ({ fifoMs, exactMs }) => fifoMs / exactMs),
      3,
    ),
    'FIFO / learned': round(
      mean(contested, ({ fifoMs, learnedMs }) => fifoMs / learnedMs),
      3,
    ),
  }
}

function mean<T>(all: readonly T[], measure: (one: T) => number): number {
  return all.reduce((sum, one) => sum + measure(one), 0) / all.length
}
