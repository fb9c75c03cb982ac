import { createRuntime, type LaneLimits, type Outcome, values } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { ask } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Analysed extends Result {
  readonly outcomes: readonly Outcome<readonly string[], string>[]
}

export const scenario: Scenario<'sequential' | 'parallel, no rate' | 'parallel', Analysed> = {
  name: 'rate-limit',
  about: 'Eight companies, five at a time, five questions each, to a provider that allows 50 requests a minute.',
  service: {
    speed: 60,
    seed: 8,
    latency: { medianMs: 5_000, sigma: 0.3, maxMs: 15_000 },
    rate: { requestsPerMinute: 50, burst: 10 },
  },
  ways: {
    sequential: (service) => analyse(service, { concurrency: 1 }, 1),
    'parallel, no rate': (service) => analyse(service, {}, 5),
    parallel: (service) => analyse(service, { requestsPerMinute: 50 }, 5),
  },
}

const companies = ['Aurora', 'Bison', 'Cedar', 'Delta', 'Ember', 'Fjord', 'Grove', 'Heron']
const subjects = ['its products', 'its customers', 'its rivals', 'its prices', 'its risks']

async function analyse(service: Service, provider: LaneLimits, concurrency: number): Promise<Analysed> {
  await using weft = await createRuntime({ ...service.runtime, lanes: { provider } })
  const run = weft.map(
    companies,
    async (company, context) => {
      const questions = subjects.map((subject) => ({ model: 'medium', prompt: `Tell me about ${company}: ${subject}` }))
      // A child run. While it is awaited the company itself holds no slot, and five companies at a time are five all the same.
      return values(
        await context.run.map(questions, (question, child) => ask(service, question, child), {
          name: 'ask',
          lane: 'provider',
        }),
      )
    },
    { name: 'analyse', concurrency },
  )
  const outcomes = await run
  const statistics = run.stats()
  const { in: asked, done: answered } = statistics.children
  const { boundBy, tally } = resultOf(statistics)
  return {
    tally,
    // A run's own bound knows of tasks and slots, not of rates.
    boundBy: atRateMs(provider, asked) > statistics.bound.ms ? 'the rate of the provider' : boundBy,
    columns: { asked, answered, retries: statistics.retries },
    outcomes,
  }
}

/** How long so many requests take at the rate of a lane, of which a fifth is left to others by default. */
function atRateMs({ requestsPerMinute = Number.POSITIVE_INFINITY }: LaneLimits, requests: number): number {
  return ((requests - 1) * 60_000) / (0.8 * requestsPerMinute)
}
