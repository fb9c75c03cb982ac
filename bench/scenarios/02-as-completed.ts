import { createRuntime } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { parseFacts } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Streamed extends Result {
  /** In the order in which they came. */
  readonly arrivals: readonly { readonly index: number; readonly topic: string; readonly settled: number }[]
}

export const scenario: Scenario<'sequential' | 'parallel', Streamed> = {
  name: 'as-completed',
  about: 'Ten topics, each shown the moment it is there, with the progress so far.',
  service: { speed: 5, seed: 2, latency: { medianMs: 1_500, sigma: 0.8, maxMs: 8_000 } },
  ways: {
    sequential: (service) => show(service, 1),
    parallel: (service) => show(service, topics.length),
  },
  report: ({ parallel }) => {
    const lines = parallel.arrivals.map(({ topic, index, settled }) => `${settled}/10 ${topic} (#${index})`)
    return `parallel, as they came: ${lines.join(', ')}`
  },
}

const topics = ['bees', 'bells', 'clocks', 'ferries', 'glaciers', 'libraries', 'maps', 'mills', 'plums', 'trams']

async function show(service: Service, concurrency: number): Promise<Streamed> {
  await using weft = await createRuntime(service.runtime)
  const run = weft.stream(
    topics,
    async (topic, context) => parseFacts(await weft.web.get(service.url(`/topics/${topic}`), context)),
    { name: 'look up', concurrency },
  )
  const arrivals = []
  for await (const outcome of run) {
    const { done, failed } = run.progress
    arrivals.push({ index: outcome.index, topic: outcome.input, settled: done + failed })
  }
  return { ...resultOf(run.stats()), arrivals }
}
