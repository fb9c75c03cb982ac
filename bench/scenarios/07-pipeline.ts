import { createRuntime, type TaskContext, values } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { ask } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Compared extends Result {
  readonly comparison: string
}

export const scenario: Scenario<'sequential' | 'stage barriers' | 'pipeline', Compared> = {
  name: 'pipeline',
  about:
    'Twelve companies are researched, then analysed: 24 calls of 3 s, four researches and four analyses at a time. Stages that wait for each other cost time.',
  service: { speed: 10, seed: 7, latency: { medianMs: 2_650, sigma: 0.5, maxMs: 12_000 } },
  ways: {
    sequential: (service) => streamed(service, 1),
    'stage barriers': withBarriers,
    pipeline: (service) => streamed(service, 24),
  },
  report: ({ pipeline }) => pipeline.comparison,
}

const companies = [
  'Aurora',
  'Bison',
  'Cedar',
  'Delta',
  'Ember',
  'Fjord',
  'Grove',
  'Heron',
  'Indigo',
  'Juniper',
  'Kestrel',
  'Lynx',
]
const lanes = { search: { concurrency: 4 }, model: { concurrency: 4 } }

interface Steps {
  research(company: string, context: TaskContext): Promise<string>
  analyse(found: string, context: TaskContext): Promise<string>
}

function stepsOf(service: Service): Steps {
  return {
    research: (company, context) =>
      ask(service, { model: 'large', prompt: `Find out: the sales of ${company}, the staff of ${company}` }, context),
    analyse: (found, context) => ask(service, { model: 'large', prompt: `Analyse this.\n- ${found}` }, context),
  }
}

/** Brings the analyses together, here without a call. */
function compare(analyses: readonly string[]): string {
  return analyses.toSorted().join('\n')
}

/** Each company goes on to its analysis as soon as its research is there; only the comparison waits for all. */
async function streamed(service: Service, concurrency: number): Promise<Compared> {
  const { research, analyse } = stepsOf(service)
  await using weft = await createRuntime({ ...service.runtime, lanes })
  const run = weft
    .pipeline(companies, { concurrency })
    .step('research', research, { lane: 'search' })
    .step('analyse', analyse, { lane: 'model' })
    .collect()
    .step('compare', compare)
  const [comparison] = values(await run)
  return { ...resultOf(run.stats()), comparison: comparison! }
}

/** What most programs do: all of one stage, then all of the next. */
async function withBarriers(service: Service): Promise<Compared> {
  const { research, analyse } = stepsOf(service)
  await using weft = await createRuntime({ ...service.runtime, lanes })
  const researching = weft.map(companies, research, { lane: 'search' })
  const found = values(await researching)
  const analysing = weft.map(found, analyse, { lane: 'model' })
  const comparison = compare(values(await analysing))
  const { tally, boundBy } = resultOf(analysing.stats())
  return { tally, boundBy: `stage after stage; the second by ${boundBy}`, comparison }
}
