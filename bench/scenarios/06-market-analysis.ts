import { createRuntime, type Outcome, type PathLink, type Plan, task } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { ask } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Analysis extends Result {
  readonly outcomes: Readonly<Record<'markets' | 'competitors' | 'trends' | 'synthesis', Outcome<string>>>
  readonly criticalPath: readonly PathLink[]
  /** What may run at the same time. */
  readonly levels: Plan['levels']
}

export const scenario: Scenario<'sequential' | 'parallel', Analysis> = {
  name: 'market-analysis',
  about:
    'Markets, competitors and trends are looked into at the same time; the synthesis begins when the last is there.',
  service: { speed: 5, seed: 61, latency: { medianMs: 3_000, sigma: 0.4, maxMs: 10_000 } },
  ways: {
    sequential: (service) => analyse(service, 1),
    parallel: (service) => analyse(service, 4),
  },
  report: ({ parallel: { levels, criticalPath, outcomes } }) => {
    const plan = levels.map((names) => names.join(', ')).join(' | ')
    const path = criticalPath.map(({ name, runMs }) => `${name} (${(runMs / 1_000).toFixed(1)} s)`).join(' -> ')
    const { synthesis } = outcomes
    return `plan: ${plan}\ncritical path: ${path}\n${synthesis.status === 'done' ? synthesis.value : synthesis.status}`
  },
}

async function analyse(service: Service, concurrency: number): Promise<Analysis> {
  const markets = task((_, context) =>
    ask(service, { model: 'large', prompt: 'Markets for heat pumps: Spain, Poland and Norway' }, context),
  )
  const competitors = task((_, context) =>
    ask(service, { model: 'large', prompt: 'Competitors: boiler makers, installers and utilities' }, context),
  )
  const trends = task((_, context) =>
    ask(service, { model: 'large', prompt: 'Trends: energy prices, subsidies and noise rules' }, context),
  )
  const synthesis = task({ needs: { markets, competitors, trends } }, (found, context) => {
    const notes = [found.markets, found.competitors, found.trends].map((note) => `\n- ${note}`).join('')
    return ask(service, { model: 'large', prompt: `Write an analysis of these notes.${notes}` }, context)
  })

  await using weft = await createRuntime(service.runtime)
  const graph = { markets, competitors, trends, synthesis }
  const { levels } = weft.plan(graph)
  const run = weft.graph(graph, { concurrency })
  const outcomes = await run
  const statistics = run.stats()
  return { ...resultOf(statistics), outcomes, levels, criticalPath: statistics.criticalPath }
}
