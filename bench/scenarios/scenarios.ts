import type { Scenario } from './scenario.ts'

/** All of them, in the order of their numbers: number 1 stands first. Each is loaded when it is wanted. */
export const scenarios: readonly (() => Promise<{ readonly scenario: Scenario }>)[] = [
  () => import('./01-gather.ts'),
  () => import('./02-as-completed.ts'),
  () => import('./03-blocking.ts'),
  () => import('./04-worker-pool.ts'),
  () => import('./05-fan-out.ts'),
  () => import('./06-market-analysis.ts'),
  () => import('./07-pipeline.ts'),
  () => import('./08-rate-limit.ts'),
  () => import('./09-partial-failure.ts'),
  () => import('./10-straggler.ts'),
  () => import('./11-burst.ts'),
  () => import('./12-best-of.ts'),
  () => import('./13-sweep.ts'),
  () => import('./14-strategies.ts'),
]
