import { createRuntime, type Outcome, table } from '../../src/index.ts'
import { tableOf } from './print.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { ask } from './service/client.ts'
import type { Service } from './service/service.ts'

const grid = { model: ['small', 'medium', 'large'], temperature: [0, 0.3, 0.7, 1] }

interface Point {
  readonly model: string
  readonly temperature: number
}

interface Swept extends Result {
  readonly outcomes: readonly Outcome<number, Point>[]
}

export const scenario: Scenario<'sequential' | 'parallel', Swept> = {
  name: 'sweep',
  about: 'One question to three models at four temperatures: how many of ten points each answer takes up.',
  service: { speed: 10, seed: 13, latency: { medianMs: 2_000, sigma: 0.4, maxMs: 8_000 } },
  ways: {
    sequential: (service) => sweep(service, 1),
    parallel: (service) => sweep(service, 12),
  },
  report: ({ parallel }) => {
    const rows = table(parallel.outcomes)
    return tableOf(
      Object.keys(rows[0]!),
      rows.map((row) => Object.values(row).map(String)),
    )
  },
}

const wanted = ['warmth', 'noise', 'price', 'safety', 'size', 'service', 'weight', 'colour', 'power', 'repair']
const prompt = `Describe the heat pump: ${wanted.join(', ')}`

async function sweep(service: Service, concurrency: number): Promise<Swept> {
  await using weft = await createRuntime(service.runtime)
  const run = weft.sweep(
    grid,
    async ({ model, temperature }, context) => {
      const answer = await ask(service, { model, temperature, prompt }, context)
      return wanted.filter((point) => answer.includes(point)).length
    },
    { name: 'ask', concurrency },
  )
  const outcomes = await run
  return { ...resultOf(run.stats()), outcomes }
}
