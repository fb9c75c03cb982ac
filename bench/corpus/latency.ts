import { createRandom, seedOf } from './random.ts'

/** A log-normal delay: half of all answers come before the median, a few much later. */
export interface Latency {
  readonly medianMs: number
  /** Standard deviation of the logarithm: 0 makes all alike, 0.5 is a good network, 1 has a heavy tail. */
  readonly sigma: number
  /** Nothing takes longer than this. */
  readonly maxMs: number
}

/**
 * How long the answer to a path is held back, in whole milliseconds. It depends on the seed and the path alone: a page is as
 * slow on its second request as on its first, on every host, and in whatever order pages are asked for. So a sequential run
 * and a parallel one wait for exactly the same delays.
 */
export function latencyMs(path: string, seed: number, latency: Latency | 'none'): number {
  if (latency === 'none') return 0
  const { medianMs, sigma, maxMs } = latency
  return Math.round(Math.min(maxMs, medianMs * Math.exp(sigma * standardNormal(path, seed))))
}

/** Box and Muller, "A Note on the Generation of Random Normal Deviates" (1958). */
function standardNormal(path: string, seed: number): number {
  const random = createRandom(seedOf(`${seed} ${path}`))
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}
