import { createRuntime, deadline, type Outcome, quorum, type RunOptions } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { type Facts, parseFacts } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Asked extends Result {
  readonly outcomes: readonly Outcome<Facts, string>[]
}

type Way = 'sequential' | 'settle' | 'fail-fast' | 'quorum(7)' | 'deadline(2 s)'

export const scenario: Scenario<Way, Asked> = {
  name: 'partial-failure',
  about: 'Three of ten suppliers are not there. The policy of the run says what that means for the others.',
  service: {
    speed: 4,
    seed: 28,
    latency: { medianMs: 2_000, sigma: 0.6, maxMs: 8_000 },
    failing: { share: 0.3, status: 404 },
  },
  ways: {
    sequential: (service) => askAll(service, { concurrency: 1 }),
    settle: (service) => askAll(service, { policy: 'settle' }),
    'fail-fast': (service) => askAll(service, { policy: 'fail-fast' }),
    'quorum(7)': (service) => askAll(service, { policy: quorum(7) }),
    'deadline(2 s)': (service) => askAll(service, { policy: deadline(2_000) }),
  },
  report: ({ settle }) =>
    settle.outcomes
      .flatMap((outcome) =>
        outcome.status === 'failed'
          ? `settle: ${outcome.input} failed: ${outcome.failure.code}: ${outcome.failure.message}`
          : [],
      )
      .join('\n'),
}

const suppliers = ['aurora', 'bison', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heron', 'indigo', 'juniper']

async function askAll(service: Service, options: RunOptions): Promise<Asked> {
  await using weft = await createRuntime(service.runtime)
  const run = weft.map(
    suppliers,
    async (supplier, context) => parseFacts(await weft.web.get(service.url(`/suppliers/${supplier}`), context)),
    { name: 'ask', ...options },
  )
  const outcomes = await run
  return { ...resultOf(run.stats()), outcomes }
}
