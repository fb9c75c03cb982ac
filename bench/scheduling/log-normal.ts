import type { Random } from '../corpus/random.ts'

/**
 * A log-normal number: half of them are below the median, a few far above it. By G. E. P. Box, M. E. Muller, "A Note on the Generation of Random
 * Normal Deviates", 1958.
 */
export function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(sigma * normal)
}
