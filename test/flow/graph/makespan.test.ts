import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRandom } from '../../../bench/corpus/random.ts'
import { families, randomGraph } from '../../../bench/graphs/families.ts'
import { listSchedule } from '../../../src/flow/graph/list-schedule.ts'
import { Ranks } from '../../../src/flow/graph/ranks.ts'
import { createRuntime, type GraphInput, type TaskHandle, task } from '../../../src/index.ts'
import { ManualClock } from '../../fixtures/manual-clock.ts'

it('runs in the very order that plans, and the benchmark of makespans, are computed with', async () => {
  const contest = fc.record({
    family: fc.constantFrom(...families),
    size: fc.integer({ min: 1, max: 60 }),
    slots: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(contest, async ({ family, size, slots, seed }) => {
      const random = createRandom(seed)
      const { nodes } = randomGraph(family, size, random)
      // No two ends at the same moment: what then starts first would be a matter of luck.
      const durations = nodes.map((_, index) => 10 + 100 * random() + index * 1e-6)
      const ranks = new Ranks(({ index }) => durations[index]!)
      ranks.add(nodes)
      const planned = listSchedule(nodes, {
        durationMs: ({ index }) => durations[index]!,
        rank: (node) => ranks.of(node),
        priority: () => 0,
        lane: () => 'lane',
        slots: () => slots,
      })
      const clock = new ManualClock()
      await using weft = await createRuntime({ clock, lanes: { lane: { concurrency: slots } } })
      const startedAt: number[] = []
      const entries: [string, TaskHandle<void>][] = nodes.map(({ name, index, needs }) => {
        const wait = (): Promise<void> => {
          startedAt[index] = clock.now()
          return new Promise((resolve) => void clock.startTimer(resolve, durations[index]!))
        }
        const options = { lane: 'lane', expectedMs: durations[index]!, needs: needs.map(({ node }) => node.name) }
        return [name, task(options, wait)]
      })
      const run = weft.graph(entries as GraphInput)
      await clock.advance(planned.makespanMs + 1)
      await run
      for (const [index, at] of startedAt.entries()) expect(at).toBeCloseTo(planned.startMs[index]!, 6)
      expect(weft.plan(entries).makespanMs).toBeCloseTo(planned.makespanMs, 6)
    }),
    { numRuns: 60 },
  )
})
