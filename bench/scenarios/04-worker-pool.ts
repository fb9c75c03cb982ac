import { createRuntime, type Outcome, type Progress } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { type Facts, parseFacts } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Pooled extends Result {
  readonly outcomes: readonly Outcome<Facts, number>[]
  /** Where the run stood after every 25 outcomes. */
  readonly stands: readonly Progress[]
}

export const scenario: Scenario<'sequential' | 'parallel', Pooled> = {
  name: 'worker-pool',
  about: 'A hundred tasks for a pool of five; one in ten fails, is tried three times and ends as a failure.',
  service: {
    speed: 20,
    seed: 18,
    latency: { medianMs: 400, sigma: 0.5, maxMs: 2_000 },
    failing: { share: 0.1, status: 500 },
  },
  ways: {
    sequential: (service) => pool(service, 1),
    parallel: (service) => pool(service, 5),
  },
  report: ({ parallel }) =>
    parallel.stands
      .map(
        ({ done, failed, running, waiting }) =>
          `parallel: ${done} done, ${failed} failed, ${running} running, ${waiting} waiting`,
      )
      .join('\n'),
}

async function pool(service: Service, concurrency: number): Promise<Pooled> {
  const numbers = Array.from({ length: 100 }, (_, index) => index)
  await using weft = await createRuntime({ ...service.runtime, lanes: { pool: { concurrency } } })
  const run = weft.stream(
    numbers,
    async (number, context) => parseFacts(await weft.web.get(service.url(`/tasks/${number}`), context)),
    { name: 'work', lane: 'pool' },
  )
  const outcomes = []
  const stands = []
  for await (const outcome of run) {
    outcomes.push(outcome)
    if (outcomes.length % 25 === 0) stands.push({ ...run.progress })
  }
  const statistics = run.stats()
  const columns = { attempts: statistics.attempts, retries: statistics.retries }
  return { ...resultOf(statistics), columns, outcomes, stands }
}
