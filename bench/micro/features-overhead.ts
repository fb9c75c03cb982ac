import { hold, ratio, table } from '../contest/contest.ts'
import type { BenchResult, BenchSize } from '../result.ts'

/** What a task costs with everything on that both offer: a priority, a time limit, a rate. weft's may be retried on top. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const size = smoke ? { tasks: 2_000, warmups: 1, runs: 1 } : { tasks: 50_000, warmups: 5, runs: 10 }
  const rounds = smoke ? 1 : 15
  const script = new URL('../contest/features-contender.ts', import.meta.url)
  const contest = hold(
    ['weft', 'p-queue'].map((name) => ({ name, script, args: [name], size })),
    rounds,
  )
  return {
    name: 'features-overhead',
    about: `${size.tasks} no-op tasks, 100 at a time, with priority, timeout and a rate that is never reached; weft with retry, too`,
    rows: table(contest, 'weft'),
    claims: [{ what: "weft's time by p-queue's", measured: ratio(contest, 'weft', 'p-queue'), atMost: 1 }],
  }
}
