import { createRuntime, type Scored } from '../../src/index.ts'
import { type Result, resultOf, type Scenario } from './scenario.ts'
import { ask } from './service/client.ts'
import type { Service } from './service/service.ts'

interface Drafted extends Result {
  readonly ranked: readonly Scored<string>[]
}

export const scenario: Scenario<'sequential' | 'parallel', Drafted> = {
  name: 'best-of',
  about: 'The same question five times over; the answer that covers most of what was asked for is kept.',
  service: { speed: 5, seed: 12, latency: { medianMs: 2_000, sigma: 0.4, maxMs: 8_000 } },
  ways: {
    sequential: (service) => draft(service, 1),
    parallel: (service) => draft(service, 5),
  },
  report: ({ parallel: { ranked } }) =>
    ranked.map(({ score, value }) => `${score} of ${wanted.length}: ${value}`).join('\n'),
}

const wanted = ['warmth', 'noise', 'price', 'safety', 'size', 'service']
const prompt = `Describe the heat pump: ${wanted.join(', ')}`

async function draft(service: Service, concurrency: number): Promise<Drafted> {
  await using weft = await createRuntime(service.runtime)
  const run = weft.bestOf(
    5,
    (index, context) => ask(service, { model: 'medium', temperature: 0.7, seed: index, prompt }, context),
    coverage,
    { name: 'draft', concurrency },
  )
  const { ranked } = await run
  return { ...resultOf(run.stats()), ranked }
}

/** How many of the wanted points a text takes up. */
function coverage(text: string): number {
  return wanted.filter((point) => text.includes(point)).length
}
