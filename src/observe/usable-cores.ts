import { availableParallelism } from 'node:os'
import { cpuQuota } from './cgroup.ts'

/** How many threads can really run at the same time for this process: by Node's count, CPU affinity and the control group. */
export async function usableCores(): Promise<number> {
  return coresOf(availableParallelism(), await cpuQuota())
}

/** @param quota cores that the control group allows on average, or null */
export function coresOf(available: number, quota: number | null): number {
  return quota === null ? available : Math.min(available, Math.max(1, Math.floor(quota)))
}
