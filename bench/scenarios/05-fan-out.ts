import * as v from 'valibot'
import { createRuntime, type Outcome, values } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { ask } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Report extends Result {
  readonly outcome: Outcome<string>
  readonly parts: readonly Outcome<string, SubTask>[]
}

export const scenario: Scenario<'sequential' | 'parallel', Report> = {
  name: 'fan-out',
  about: 'A model splits a goal into sub-tasks, each is worked on by itself, and a model joins what was found.',
  service: { speed: 5, seed: 5, latency: { medianMs: 2_000, sigma: 0.4, maxMs: 8_000 } },
  ways: {
    sequential: (service) => reportOn(service, 1),
    parallel: (service) => reportOn(service, 8),
  },
  report: ({ parallel: { parts, outcome } }) => {
    const titles = parts.map(({ input }) => input.title).join(', ')
    return `the model made ${parts.length} sub-tasks: ${titles}\n${outcome.status === 'done' ? outcome.value : outcome.status}`
  },
}

const model = 'large'
const goal = 'Enter the Spanish market for heat pumps: demand, rivals, prices, rules, installers and channels'

interface SubTask {
  readonly title: string
  readonly question: string
}

/** What the model has to answer with. Anything else is a failure that says so, not silently one task. */
const subTasks: v.GenericSchema<unknown, SubTask[]> = v.array(v.object({ title: v.string(), question: v.string() }))
const splitting =
  'Split the goal into sub-tasks that need nothing of each other. Answer with JSON: [{ title, question }]'

async function reportOn(service: Service, concurrency: number): Promise<Report> {
  await using weft = await createRuntime({ ...service.runtime, lanes: { model: { concurrency } } })
  const run = weft.fanOut(goal, {
    split: async (prompt, context) => JSON.parse(await ask(service, { model, system: splitting, prompt }, context)),
    schema: subTasks,
    max: 8,
    each: (part: SubTask, context) => ask(service, { model, prompt: part.question }, context),
    // `values` throws if a part has none: to report on what there is, look at each outcome's status instead.
    join: (parts, _, context) => {
      const notes = values(parts).map((answer) => `\n- ${answer}`)
      return ask(service, { model, prompt: `Write a report.${notes.join('')}` }, context)
    },
    lane: 'model',
  })
  const { outcome, parts } = await run
  const statistics = run.stats()
  // The run has one input, the goal. What it made of it are child runs: the split, each part and the join.
  return { ...resultOf(statistics), tally: statistics.children, outcome, parts }
}
