import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { contentKey, jsonOf } from '../../../../src/batch/durable/item/content-key.ts'
import type { JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../../src/batch/job/plan.ts'
import type { OnInterrupted, Step } from '../../../../src/batch/steps/step.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { MemorySink, planOf } from '../../../support/jobs.ts'
import { MortalJournal } from '../../../support/mortal-journal.ts'
import { inputsOf, type RandomJob, randomJob, stepsOf } from '../../../support/random-jobs.ts'

/** One command, and how the process that does it ends. */
const life = fc.record({
  command: fc.constantFrom(
    'run',
    'run',
    'run',
    'run --fresh',
    'resume',
    'resume',
    'retry',
    'retry --failed',
    'retry --dead',
  ),
  limit: fc.option(fc.nat(20), { nil: undefined }),
  isReversed: fc.boolean(),
  /** Of the runs that there are, newest first: that which is named. */
  which: fc.nat(3),
  how: fc.constantFrom('killed', 'killed', 'drain', 'cancel', 'to the end'),
  after: fc.nat(100),
  /** Which code its steps have. */
  edition: fc.constantFrom(0, 0, 0, 1, 2),
  /** What is in the dark fails, or waits for somebody who is not there. */
  onInterrupted: fc.constantFrom('fail', 'ask'),
  /** It was said that changed steps may do again what they did. */
  redoes: fc.constantFrom(false, false, false, true),
})

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

/** How its steps stand in the job, and what they are. */
type Code = Partial<Pick<Life, 'isReversed' | 'onInterrupted'>> & { readonly edition?: number }

/** Without a `collect`: what is done with all items at once is another thing when one of them is missing. */
const jobs = randomJob.map((job) => ({
  ...job,
  kinds: job.kinds.map((kind) => (kind === 'collect' ? 'each' : kind)),
}))

it('pays for each effect once, whatever was run, retried, edited, and killed before; and once more for each time that was let', async () => {
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
        expectNoMore(world.recorded, whole.paid, world.times)
        if (!isDeadRetried) expectNoMore(world.paid, whole.paid, world.times)
      }
      world.isMended = true
      const { journal } = world.mortal
      const { id } = await world.liveLast(lives[0]!.edition, { journal })
      const retry = { failed: true, dead: true, skipped: true }
      const last = await world.liveLast(lives[0]!.edition, { journal, runId: id, retry })
      expect(last).toMatchObject({ state: 'finished' })
      expectNoMore(world.recorded, whole.paid, world.times)
      expect(world.results).toEqual(whole.results)
    }),
    { numRuns: Number(process.env.WEFT_CASES ?? 200) },
  )
})

/** What is done outside by the runs of a job. */
class World {
  readonly mortal = new MortalJournal(memoryJournal())
  /** By what was done, whichever code did it: how often, and how often it was recorded by who did it. */
  readonly paid = new Map<string, number>()
  readonly recorded = new Map<string, number>()
  isMended = false
  /** How often each may be done: once, and once more for each run that began anew, or was let do it again. */
  times = 1
  /** By key: what was done. */
  readonly #doneBy = new Map<string, string>()
  readonly #editions = new Set<number>()
  readonly #job: RandomJob
  #sink = new MemorySink()
  #called = (): void => {}
  #lives = 0

  constructor(job: RandomJob) {
    this.#job = job
    const places = new Set<string>()
    this.mortal.onDone = (run, { item, step, key }, attempts) => {
      const place = `${this.#lives} ${run} ${item} ${step}`
      const work = this.#doneBy.get(key)
      if (attempts === 0 || work === undefined || places.has(place)) return
      places.add(place)
      count(this.recorded, work)
    }
  }

  get results(): unknown {
    return this.#sink.records.map(({ id, input, status, value }) => jsonOf({ id, input, status, value })).sort()
  }

  async endure({ command, limit, which, how, after, redoes, ...code }: Life): Promise<void> {
    const runs = await this.mortal.journal.runs()
    const { id } = runs[which % runs.length] ?? {}
    const isRetry = command.startsWith('retry')
    const isRun = command.startsWith('run')
    const fresh = command === 'run --fresh'
    if (!isRun && id === undefined) return
    const options = {
      ...(!isRun && { runId: id! }),
      fresh,
      ...(redoes && { redoEffects: true }),
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
      if (redoes || fresh) this.times += 1
      await this.live({ limit }, { journal: this.mortal.journal, ...options }, code, (run) => {
        stop = () => run[how as 'drain' | 'cancel']()
      })
    } catch (thrown) {
      // What cannot be gone on with is refused.
      const refusals = ['INVALID_INPUT', 'INPUT_CHANGED', 'JOURNAL_FAILED']
      const isEdited = this.#editions.size > 1
      expect(isEdited ? [...refusals, 'EFFECTS_CHANGED'] : refusals).toContain((thrown as Failure).code)
    } finally {
      this.mortal.left = Number.POSITIVE_INFINITY
      this.#called = () => {}
    }
  }

  async live(
    more: Partial<JobPlan>,
    options: JobRunOptions,
    { isReversed = false, edition = 0, onInterrupted = 'fail' }: Code = {},
    begun: (run: Awaited<ReturnType<typeof openJobRun>>) => void = () => {},
  ) {
    this.#lives += 1
    this.#editions.add(edition)
    this.#sink = new MemorySink()
    const { isOrdered, concurrency } = this.#job
    const output = { records: this.#sink, report: undefined, isOrdered, fields: undefined }
    const inputs = inputsOf(this.#job)
    const plan = planOf(this.#steps(edition, onInterrupted), isReversed ? inputs.reverse() : inputs, {
      output,
      concurrency,
      ...more,
    })
    const run = await openJobRun(plan, options)
    begun(run)
    return await run.ended
  }

  /** What is refused is let. */
  async liveLast(edition: number, options: JobRunOptions) {
    try {
      return await this.live({}, options, { edition })
    } catch (thrown) {
      expect(this.#editions.size).toBeGreaterThan(1)
      expect(thrown).toMatchObject({ code: 'EFFECTS_CHANGED' })
      this.times += 1
      return await this.live({}, { ...options, redoEffects: true }, { edition })
    }
  }

  /** Each has an effect outside. Of some the first tries fail. */
  #steps(edition: number, onInterrupted: OnInterrupted): Step[] {
    const steps = stepsOf(
      this.#job,
      () => this.#called(),
      () => this.isMended,
    )
    return steps.map((step) => {
      if (step.kind !== 'each') return step
      const version = `${step.version}/${edition}`
      const run: typeof step.run = async (input, context) => {
        const key = contentKey(step.version, jsonOf(input))
        this.#doneBy.set(contentKey(version, jsonOf(input)), key)
        if (!this.isMended && key.charCodeAt(0) % 5 === 0)
          throw new Failure('TASK_FAILED', 'not now', { retryable: true })
        const value = await step.run(input, context)
        count(this.paid, key)
        return value
      }
      return { ...step, version, effects: true, onInterrupted, retry: { maxAttempts: 1 }, run }
    })
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** @param times how often each may be done of what is in `most` */
function expectNoMore(counts: ReadonlyMap<string, number>, most: ReadonlyMap<string, number>, times: number): void {
  expect([...counts].filter(([work, done]) => done > times * (most.get(work) ?? 0))).toEqual([])
}
