import { hold, table } from '../contest/contest.ts'
import { type BenchResult, type BenchSize, median } from '../result.ts'

const described = 'weft graph, described each time'
const names = ['weft graph, by handle', 'weft graph, by name', described, 'promises that await promises']

/** A random graph of no-op tasks that need three earlier ones each: to validate it, rank it, run it and keep an outcome of each task. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const size = smoke ? { tasks: 500, warmups: 1, runs: 1 } : { tasks: 10_000, warmups: 5, runs: 10 }
  const rounds = smoke ? 1 : 9
  const script = new URL('../contest/graph-contender.ts', import.meta.url)
  const contest = hold(
    names.map((name) => ({ name, script, args: [name], size })),
    rounds,
  )
  const wallUs = median(contest.get(described)!.map((timing) => timing.wallUs))
  return {
    name: 'graph-overhead',
    about: `random graphs of ${size.tasks} no-op tasks with 3 needs each, ${rounds} processes of each in turn`,
    rows: table(contest, names[0]!),
    claims: [{ what: 'µs a task, making the handles included', measured: wallUs, atMost: 10 }],
  }
}
