import { createRuntime, type Outcome } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { type Facts, parseFacts } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Burst extends Result {
  readonly outcomes: readonly Outcome<Facts, number>[]
}

export const scenario: Scenario<'sequential' | 'parallel', Burst> = {
  name: 'burst',
  about: 'Five hundred tasks arrive at once at a lane of twenty: it is never passed, and nothing is lost.',
  service: { speed: 20, seed: 11, latency: { medianMs: 100, sigma: 0.5, maxMs: 600 } },
  ways: {
    sequential: (service) => burst(service, 1),
    parallel: (service) => burst(service, 20),
  },
}

async function burst(service: Service, concurrency: number): Promise<Burst> {
  const numbers = Array.from({ length: 500 }, (_, index) => index)
  await using weft = await createRuntime({ ...service.runtime, lanes: { service: { concurrency } } })
  const run = weft.map(
    numbers,
    async (number, context) => parseFacts(await weft.web.get(service.url(`/burst/${number}`), context)),
    { name: 'fetch', lane: 'service', concurrency: numbers.length },
  )
  const outcomes = await run
  const statistics = run.stats()
  const { utilisation } = statistics.lanes.service!
  const columns = { 'use of the lane': `${(100 * utilisation).toFixed(0)} %` }
  return { ...resultOf(statistics), columns, outcomes }
}
