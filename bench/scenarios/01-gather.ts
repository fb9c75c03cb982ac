import { createRuntime, type Outcome } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { type Facts, parseFacts } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Gathered extends Result {
  readonly outcomes: readonly Outcome<Facts, string>[]
}

/** Every scenario is a `Scenario`: what it works with, and the ways to do it. This is the simplest of all. */
export const scenario: Scenario<'sequential' | 'parallel', Gathered> = {
  name: 'gather',
  about: 'Five topics are looked up at the same time; their outcomes come in the order of the topics.',
  service: { speed: 5, seed: 1, latency: { medianMs: 1_500, sigma: 0.5, maxMs: 6_000 } },
  ways: {
    sequential: (service) => gather(service, 1),
    parallel: (service) => gather(service, topics.length),
  },
}

const topics = ['solar', 'wind', 'tidal', 'geothermal', 'hydrogen']

async function gather(service: Service, concurrency: number): Promise<Gathered> {
  await using weft = await createRuntime(service.runtime)
  const run = weft.map(
    topics,
    async (topic, context) => parseFacts(await weft.web.get(service.url(`/topics/${topic}`), context)),
    { name: 'look up', concurrency },
  )
  const outcomes = await run
  return { ...resultOf(run.stats()), outcomes }
}
