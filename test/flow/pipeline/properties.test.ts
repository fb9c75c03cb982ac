import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRuntime, type Outcome, type RunStatistics } from '../../../src/index.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'
import { numberOf, pathsOf, type Scenario, scenario, Trial, type Value } from './trial.ts'

describe('whatever the steps do and whenever the pipeline is stopped', () => {
  it('each item has one end, limits hold at every moment, and nothing is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const clock = new ManualClock()
        const events: string[] = []
        const weft = await createRuntime({
          clock,
          random: () => 0.5,
          lanes: { one: { concurrency: given.capacity, perKey: { concurrency: 2 } }, two: { concurrency: 2 } },
          onEvent: (event) => {
            if (event.type === 'task-settled') events.push(event.taskId)
            if (event.type === 'run-ended') events.push('the end')
          },
        })
        const trial = new Trial(given, clock)
        const pipeline = trial.build(weft)
        const { stop } = given
        trial.stop = () => {
          if (stop?.by === 'signal') trial.controller.abort(new Error('stopped'))
          else if (stop?.by === 'close') void weft.close()
          else if (stop !== null) pipeline[stop.by]('stopped')
        }
        let isOver = false
        const result = trial.run().finally(() => {
          isOver = true
        })
        await rest()
        if (stop !== null && stop.within === null) {
          await clock.advance(stop.afterMs)
          trial.stop()
        }
        // In steps: a task that starts on the way sets timers of its own.
        for (let turn = 0; turn < 5_000 && !isOver; turn += 1) {
          await clock.advance(500)
          if (turn > 5 && pipeline.paused) pipeline.resume()
        }
        expect(isOver).toBe(true)
        // What is left are the tasks that were given up.
        await clock.advance(1_000)
        const { outcomes, broken } = await result
        const statistics = pipeline.stats()
        checkCounts(given, trial, outcomes, broken, statistics)
        checkOrder(given, outcomes)
        if (broken === undefined && given.how !== 'left') checkNothingIsLost(trial, outcomes, statistics)
        if (isUndisturbed(given)) checkEnds(given, outcomes)
        expect(new Set(events).size).toBe(events.length)
        expect(events.at(-1)).toBe('the end')
        expect(pipeline.progress).toMatchObject({ running: 0, waiting: 0 })
        expect(weft.lanes().every((lane) => lane.running === 0 && lane.waiting === 0)).toBe(true)
        await weft.close()
        expect(clock.pending).toBe(0)
      }),
      { numRuns: 1_000 },
    )
  })
})

function checkCounts(
  { items, source, how, tasks }: Scenario,
  trial: Trial,
  outcomes: readonly Outcome<Value>[],
  broken: unknown,
  { tally, derived, stages, attempts }: RunStatistics,
): void {
  for (const { in: all, done, failed, skipped, cancelled } of [tally, derived]) {
    expect(done + failed + skipped + cancelled).toBe(all)
  }
  if (source === 'array' || source === 'set') expect(tally.in).toBe(items)
  // What an async source was asked for when the pipeline was stopped is not part of it.
  else expect([trial.read, source === 'async generator' ? trial.read - 1 : trial.read]).toContain(tally.in)
  expect(attempts).toBe(trial.attempts)
  expect(new Set(outcomes.map(({ id }) => id)).size).toBe(outcomes.length)
  if (broken !== undefined) expect(broken).toMatchObject({ code: 'SOURCE_FAILED' })
  if (tasks !== null) {
    expect(stages.reduce((sum, { tally }) => sum + tally.done + tally.failed, 0)).toBeLessThanOrEqual(tasks)
  }
  for (const status of ['done', 'failed', 'skipped', 'cancelled'] as const) {
    const out = outcomes.filter((outcome) => outcome.status === status).length
    const counted = tally[status] + derived[status]
    if (status === 'done' || how === 'left' || broken !== undefined) expect(out).toBeLessThanOrEqual(counted)
    else expect(out).toBe(counted)
  }
}

function checkOrder({ isOrdered, parts }: Scenario, outcomes: readonly Outcome<Value>[]): void {
  if (!isOrdered) return
  const roots = outcomes.flatMap((outcome) => (outcome.status === 'done' ? pathsOf(outcome.value) : []))
  expect(roots).toEqual(roots.toSorted(byPath))
  // Who fails overtakes a batch that is being filled; without batches all come in order.
  if (parts.some(({ kind }) => kind === 'batch' || kind === 'collect' || kind === 'reduce')) return
  const indices = outcomes.map(({ index }) => index)
  expect(indices).toEqual(indices.toSorted((one, other) => one - other))
}

/** Each thing that was read or made is in one outcome, on its own or as a part of a batch, or all its children are. */
function checkNothingIsLost({ families }: Trial, outcomes: readonly Outcome<Value>[], { tally }: RunStatistics): void {
  const found = outcomes.flatMap(({ input }) => pathsOf(input as Value))
  const ended = new Set(found)
  expect(found.length).toBe(ended.size)
  for (const { members, isWhole } of families) if (isWhole) for (const path of members) ended.add(path)
  for (let root = 0; root < tally.in; root += 1) expect(ended).toContain(String(root))
  for (const { path, made, isWhole } of families) {
    // The child that was asked for last is none when the pipeline was stopped by that very question.
    for (let at = 0; at < (isWhole ? made : made - 1); at += 1) expect(ended).toContain(`${path}.${at}`)
  }
  for (const { parent, input, index } of outcomes) {
    const [path] = pathsOf(input as Value)
    if (parent !== undefined && /^[\d.]*$/.test(path!)) expect(path!.split('.')[0]).toBe(String(index))
  }
}

function isUndisturbed({ stop, tasks, wallMs, policy, source, how, parts }: Scenario): boolean {
  if ((stop !== null && stop.by !== 'pause') || tasks !== null || wallMs !== null || policy !== 'settle') return false
  return (
    source !== 'broken generator' && how !== 'left' && parts.every(({ kind }) => kind === 'step' || kind === 'filter')
  )
}

/** Of steps and filters alone, how each item ends is known beforehand. */
function checkEnds({ items, parts }: Scenario, outcomes: readonly Outcome<Value>[]): void {
  expect(outcomes.length).toBe(items)
  for (const outcome of outcomes) expect(outcome.status).toBe(endOf(numberOf(outcome.input as Value), parts))
}

function endOf(number: number, parts: Scenario['parts']): string {
  for (const part of parts) {
    if (part.kind === 'filter') {
      if (part.throws && number % 7 === 6) return 'failed'
      if (number % part.modulus === 0) return 'skipped'
    }
    if (part.kind === 'step' && /throws|hangs/.test(part.ends[number % part.ends.length]!)) return 'failed'
  }
  return 'done'
}

function byPath(one: string, other: string): number {
  const [ours, theirs] = [one, other].map((path) => path.split(/[.~]/).map(Number)) as [number[], number[]]
  for (let at = 0; at < Math.max(ours.length, theirs.length); at += 1) {
    const difference = (ours[at] ?? -1) - (theirs[at] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}
