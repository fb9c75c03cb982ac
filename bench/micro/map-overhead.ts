import { hold, ratio, table } from '../contest/contest.ts'
import type { BenchResult, BenchSize } from '../result.ts'

const names = ['weft map', 'p-map', 'p-limit', 'p-queue', 'Promise.all, unbounded']

/** Everyone runs the same no-op tasks; each round gives one ratio, the claim is about their median. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const size = smoke ? { tasks: 2_000, warmups: 1, runs: 1 } : { tasks: 50_000, warmups: 5, runs: 15 }
  const rounds = smoke ? 1 : 15
  const script = new URL('../contest/map-contender.ts', import.meta.url)
  const contest = hold(
    names.map((name) => ({ name, script, args: [name], size })),
    rounds,
  )
  return {
    name: 'map-overhead',
    about: `${size.tasks} no-op async tasks, 100 at a time, ${rounds} processes of each in turn; weft keeps an outcome of each, limits and statistics`,
    rows: table(contest, 'weft map'),
    claims: [{ what: "weft's time by p-map's", measured: ratio(contest, 'weft map', 'p-map'), atMost: 1 }],
  }
}
