import type { Random } from '../corpus/random.ts'

/** How long tasks take. */
export interface Workload {
  /** The kind of the next task. */
  kind(): string
  /** How long one task of this kind takes, in milliseconds. */
  durationMs(kind: string): number
}

export type Law = 'alike' | 'loose' | 'pareto'

/**
 * Three ways in which durations are heavy-tailed.
 *
 * - alike: 12 kinds, as the calls of agents are (a fetch, a short answer, a long report). The medians of the kinds are log-normal around 100 ms with
 *   sigma 1, so that the slowest is some 25 times the fastest; the tasks of one kind are log-normal around its median with sigma 0.5: one of a
 *   hundred takes three times as long.
 * - loose: the same, with sigma 1 within a kind: one of a hundred takes ten times as long, and a kind tells little of its next task.
 * - pareto: Pareto with shape 1.5 from 10 ms, cut at 10 s, whatever the kind: the longest tenth is nearly half of the work, and nothing can be learned.
 */
export const laws: readonly Law[] = ['alike', 'loose', 'pareto']

export function createWorkload(law: Law, random: Random): Workload {
  const medians = new Map(Array.from({ length: 12 }, (_, index) => [`k${index}`, 100 * Math.exp(normal(random))]))
  const names = [...medians.keys()]
  const spread = law === 'alike' ? 0.5 : 1
  return {
    kind: () => names[Math.floor(random() * names.length)]!,
    durationMs: (kind) =>
      law === 'pareto'
        ? Math.min(10_000, 10 * (1 - random()) ** (-1 / 1.5))
        : medians.get(kind)! * Math.exp(spread * normal(random)),
  }
}

/** A standard normal number (G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates", 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
