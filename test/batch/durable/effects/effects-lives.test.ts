import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { contentKey, jsonOf } from '../../../../src/batch/durable/item/content-key.ts'
import type { JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../../src/batch/job/plan.ts'
import type { Step } from '../../../../src/batch/steps/step.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { MemorySink, planOf } from '../../../support/jobs.ts'
import { MortalJournal } from '../../../support/mortal-journal.ts'
import { inputsOf, type RandomJob, randomJob, stepsOf } from '../../../support/random-jobs.ts'

/** One command, and how the process that does it ends. */
const life = fc.record({
  command: fc.constantFrom('run', 'run', 'resume', 'retry', 'retry --failed', 'retry --dead'),
  limit: fc.option(fc.nat(20), { nil: undefined }),
  isReversed: fc.boolean(),
  /** Of the runs that there are, newest first: that which is named. */
  which: fc.nat(3),
  how: fc.constantFrom('killed', 'killed', 'drain', 'cancel', 'to the end'),
  after: fc.nat(100),
})

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

/** Without a `collect`: what is done with all items at once is another thing when one of them is missing. */
const jobs = randomJob.map((job) => ({
  ...job,
  kinds: job.kinds.map((kind) => (kind === 'collect' ? 'each' : kind)),
}))

it('pays for each effect once, whatever was run, retried, and killed before', async () => {
  await fc.assert(
    fc.asyncProperty(jobs, fc.array(life, { minLength: 1, maxLength: 6 }), async (job, lives) => {
      const whole = new World(job)
      whole.isMended = true
      await whole.live({}, { journal: 'memory' })
      const world = new World(job)
      let isDeadRetried = false
      for (const one of lives) {
        await world.endure(one)
        isDeadRetried ||= one.command === 'retry' || one.command === 'retry --dead'
        expectNoMore(world.recorded, whole.paid)
        if (!isDeadRetried) expectNoMore(world.paid, whole.paid)
      }
      world.isMended = true
      const { journal } = world.mortal
      const { id } = await world.live({}, { journal })
      const retry = { failed: true, dead: true, skipped: true }
      expect(await world.live({}, { journal, runId: id, retry })).toMatchObject({ state: 'finished' })
      expectNoMore(world.recorded, whole.paid)
      expect(world.results).toEqual(whole.results)
    }),
    { numRuns: 200 },
  )
})

/** What is done outside by the runs of a job. */
class World {
  readonly mortal = new MortalJournal(memoryJournal())
  /** By key: how often it was done, and recorded as done by who did it. */
  readonly paid = new Map<string, number>()
  readonly recorded = new Map<string, number>()
  isMended = false
  readonly #job: RandomJob
  #sink = new MemorySink()
  #called = (): void => {}
  #lives = 0

  constructor(job: RandomJob) {
    this.#job = job
    const places = new Set<string>()
    this.mortal.onDone = (run, { item, step, key }, attempts) => {
      const place = `${this.#lives} ${run} ${item} ${step}`
      if (attempts === 0 || !this.paid.has(key) || places.has(place)) return
      places.add(place)
      count(this.recorded, key)
    }
  }

  get results(): unknown {
    return this.#sink.records.map(({ id, input, status, value }) => jsonOf({ id, input, status, value })).sort()
  }

  async endure({ command, limit, isReversed, which, how, after }: Life): Promise<void> {
    const runs = await this.mortal.journal.runs()
    const { id } = runs[which % runs.length] ?? {}
    const isRetry = command.startsWith('retry')
    if (command !== 'run' && id === undefined) return
    const options = {
      ...(command !== 'run' && { runId: id! }),
      ...(isRetry && {
        retry: { failed: command !== 'retry --dead', dead: command !== 'retry --failed', skipped: false },
      }),
    }
    this.mortal.left = how === 'killed' ? after : Number.POSITIVE_INFINITY
    let left = how === 'drain' || how === 'cancel' ? after + 1 : 0
    let stop = (): void => {}
    this.#called = () => {
      left -= 1
      if (left === 0) stop()
    }
    try {
      await this.live({ limit }, { journal: this.mortal.journal, ...options }, isReversed, (run) => {
        stop = () => run[how as 'drain' | 'cancel']()
      })
    } catch (thrown) {
      // What cannot be gone on with is refused.
      expect(['INVALID_INPUT', 'INPUT_CHANGED', 'JOURNAL_FAILED']).toContain((thrown as Failure).code)
    } finally {
      this.mortal.left = Number.POSITIVE_INFINITY
      this.#called = () => {}
    }
  }

  async live(
    more: Partial<JobPlan>,
    options: JobRunOptions,
    isReversed = false,
    begun: (run: Awaited<ReturnType<typeof openJobRun>>) => void = () => {},
  ) {
    this.#lives += 1
    this.#sink = new MemorySink()
    const { isOrdered, concurrency } = this.#job
    const output = { records: this.#sink, report: undefined, isOrdered, fields: undefined }
    const inputs = inputsOf(this.#job)
    const plan = planOf(this.#steps(), isReversed ? inputs.reverse() : inputs, { output, concurrency, ...more })
    const run = await openJobRun(plan, options)
    begun(run)
    return await run.ended
  }

  /** Each has an effect outside. Of some the first tries fail. */
  #steps(): Step[] {
    const steps = stepsOf(
      this.#job,
      () => this.#called(),
      () => this.isMended,
    )
    return steps.map((step) => {
      if (step.kind !== 'each') return step
      const run: typeof step.run = async (input, context) => {
        const key = contentKey(step.version, jsonOf(input))
        if (!this.isMended && key.charCodeAt(0) % 5 === 0)
          throw new Failure('TASK_FAILED', 'not now', { retryable: true })
        const value = await step.run(input, context)
        count(this.paid, key)
        return value
      }
      return { ...step, effects: true, onInterrupted: 'fail', retry: { maxAttempts: 1 }, run }
    })
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function expectNoMore(counts: ReadonlyMap<string, number>, most: ReadonlyMap<string, number>): void {
  expect([...counts].filter(([key, times]) => times > (most.get(key) ?? 0))).toEqual([])
}
