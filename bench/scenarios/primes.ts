/** How many primes there are below `limit`, by trial division: work that keeps whatever thread runs it busy. */
export function countPrimes(limit: number): number {
  let count = 0
  for (let candidate = 2; candidate < limit; candidate += 1) if (isPrime(candidate)) count += 1
  return count
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) if (candidate % divisor === 0) return false
  return true
}
