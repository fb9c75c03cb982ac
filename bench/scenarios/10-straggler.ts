import { createRuntime, type Outcome, type TaskOptions } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { type Facts, parseFacts } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Fetched extends Result {
  readonly outcomes: readonly Outcome<Facts, string>[]
}

export const scenario: Scenario<'sequential' | 'parallel' | 'timeout' | 'hedge', Fetched> = {
  name: 'straggler',
  about:
    'One of ten requests is never answered. Without more the default limit of 120 s ends it; a timeout or a hedge does sooner.',
  service: {
    speed: 40,
    seed: 10,
    latency: { medianMs: 2_000, sigma: 0.3, maxMs: 5_000 },
    hanging: ['/stations/galway'],
  },
  ways: {
    sequential: (service) => fetchAll(service, 1),
    parallel: (service) => fetchAll(service, stations.length),
    timeout: (service) => fetchAll(service, stations.length, { timeoutMs: 10_000 }),
    // The first answer wins. By default one in twenty may be asked twice; of ten that would be none.
    hedge: (service) => fetchAll(service, stations.length, { hedge: { afterMs: 6_000, maxExtra: 0.2 } }),
  },
}

const stations = ['aarhus', 'bergen', 'cork', 'dover', 'esbjerg', 'fowey', 'galway', 'hull', 'ijmuiden', 'jersey']

async function fetchAll(service: Service, concurrency: number, options: TaskOptions<string> = {}): Promise<Fetched> {
  await using weft = await createRuntime(service.runtime)
  const run = weft.map(
    stations,
    async (station, context) => parseFacts(await weft.web.get(service.url(`/stations/${station}`), context)),
    { name: 'fetch', concurrency, ...options },
  )
  const outcomes = await run
  const statistics = run.stats()
  const { attempts, retries, hedges } = statistics
  return { ...resultOf(statistics), columns: { attempts, retries, hedges }, outcomes }
}
