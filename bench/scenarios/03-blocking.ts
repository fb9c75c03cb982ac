import { createRuntime, type Outcome, worker } from '../../src/index.ts'
import { countPrimes } from './primes.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'

const primes = worker<typeof import('./primes.ts')>(new URL('./primes.ts', import.meta.url))

interface Counted extends Result {
  readonly outcomes: readonly Outcome<number, number>[]
}

export const scenario: Scenario<'on the event loop' | 'in worker threads', Counted> = {
  name: 'blocking',
  about: 'The same function, called on the event loop and in worker threads. On the loop it stops everything else.',
  service: { speed: 1, seed: 3, latency: { medianMs: 0, sigma: 0, maxMs: 0 } },
  ways: {
    'on the event loop': async (_, { smoke }) => count(smoke, countPrimes),
    'in worker threads': async (_, { smoke }) => count(smoke, primes.countPrimes),
  },
}

async function count(smoke: boolean, task: typeof countPrimes | typeof primes.countPrimes): Promise<Counted> {
  const limits = Array.from({ length: 12 }, (_, index) => (smoke ? 1_000 : 600_000) + index)
  await using weft = await createRuntime()
  const run = weft.map(limits, task)
  const outcomes = await run
  const statistics = run.stats()
  const { p50Ms, maxMs } = statistics.loopDelay
  return {
    ...resultOf(statistics),
    columns: {
      'loop delay, median': `${p50Ms.toFixed(0)} ms`,
      'loop delay, most': `${maxMs.toFixed(0)} ms`,
      'tasks that blocked it': statistics.blocking.length,
    },
    outcomes,
  }
}
