import { countPrimes } from '../primes.ts'

/** What there is to do: fetch an address, compute something, or first one and then the other. */
export interface Job {
  readonly url?: string
  readonly primesBelow?: number
}

/** One whole job, on whatever thread or process it is called. */
export async function work(job: Job): Promise<number> {
  return (await fetchFindings(job)) + countPrimes(job.primesBelow ?? 0)
}

/** The part of it that waits. */
export async function fetchFindings({ url }: Job): Promise<number> {
  if (url === undefined) return 0
  const response = await fetch(url)
  const { findings } = (await response.json()) as { findings: number }
  return findings
}
