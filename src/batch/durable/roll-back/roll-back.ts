import { Failure, messageOf } from '../../../core/failure.ts'
import type { Journal, Recorded, RunJournal } from '../../../journal/journal.ts'
import { createRuntime, type Runtime } from '../../../runtime.ts'
import type { JobPlan } from '../../job/plan.ts'
import type { EachStep } from '../../steps/step.ts'
import { Copies, markRollingBack, type Standing } from '../effects/copies.ts'
import { isTaken } from '../effects/taken.ts'
import { uncertainOf } from '../effects/uncertain.ts'
import { contentKey, jsonOf } from '../item/content-key.ts'
import { itemIdOf } from '../item/item-id.ts'
import { type Shape, shapeOf } from '../item/shape.ts'
import { plannedSteps } from '../planned.ts'
import { PastViews } from './past-views.ts'

export interface RollBackOptions {
  readonly journal: Journal
  readonly runId: string
  /** Ends it between one compensation and the next. */
  readonly signal?: AbortSignal
  /** Told after each. */
  readonly onProgress?: (undone: number, failed: number) => void
}

/** What a rollback has done. */
export interface RollBack {
  readonly undone: number
  /** What could not be taken back, as many as there were, with the first of them. */
  readonly failed: number
  readonly failures: readonly Failure[]
  /** What the run took of others, which take it back. */
  readonly ofOthers: number
  /** Effects that other runs of the job have done, or may have, and that stay. */
  readonly standing: readonly Standing[]
  /**
   * Begun, or begun to be taken back, and without a result, or with a failure that does not say: whether that did anything, nobody knows. They are
   * left as they are, and no new run does them unasked, unless they failed so that trying again was right.
   */
  readonly uncertain: number
  /** The first of them. */
  readonly uncertainWork: readonly UncertainWork[]
  /** Nothing is left to be taken back. */
  readonly isComplete: boolean
}

export interface UncertainWork {
  readonly step: string
  /** What was begun. */
  readonly what: 'run' | 'compensate'
  /** Of the item, as in its record. */
  readonly id: string
  /** What the item is made of; undefined: it cannot be read any more. */
  readonly input: unknown
}

/** Failures that are kept, and uncertain work that is named. */
const maxFailures = 20

/**
 * Takes back what the steps of a run did outside, by their `compensate`: one at a time, what was done last first. Each is in the journal before it
 * begins and when it has ended, so that a rollback that dies is gone on with by the next; what was on then is taken back again only where the step is
 * done again (`onInterrupted: rerun`). What the run took of others is theirs. A run whose rollback was begun is not gone on with; a new one does anew what was taken back, and nothing of what is
 * uncertain.
 *
 * @throws Failure `RUN_UNKNOWN`, `INVALID_INPUT` when no step can take anything back, or the job is not what it was; those of the journal
 */
export async function rollBack(plan: JobPlan, options: RollBackOptions): Promise<RollBack> {
  const { journal, runId, signal, onProgress } = options
  await using run = await journal.open(runId)
  const positions = compensable(plan, run)
  markRollingBack(run)
  if (run.run.state !== 'rolled-back') await run.setState('rolling-back')
  await using copies = await Copies.open(journal, runId, namesOf(run, positions))
  await using runtime = await createRuntime({ ...plan.runtime, notes: journal })
  const shape = shapeOf(plan.steps, plan.output.fields)
  const views = new PastViews(shape, run, plan.source)
  const failures: Failure[] = []
  const uncertain = await uncertainOf(run, positions)
  let undone = 0
  let failed = 0
  let ofOthers = 0
  for await (const work of run.doneBackwards(positions)) {
    if (signal?.aborted) break
    // It is the effect of another run, which takes it back.
    if (isTaken(work)) {
      ofOthers += 1
      continue
    }
    const step = plan.steps[work.step] as EachStep
    if (work.state === 'undoing' && step.onInterrupted !== 'rerun') {
      uncertain.push(work)
      continue
    }
    try {
      await takeBack(work, { step, run, copies, runtime, views })
      undone += 1
    } catch (thrown) {
      if (isOfJournal(thrown)) throw thrown
      failed += 1
      if (failures.length < maxFailures) failures.push(notTakenBack(itemIdOf(shape, work), step.name, thrown))
    }
    onProgress?.(undone, failed)
  }
  const isComplete = failed === 0 && !signal?.aborted
  if (isComplete) await run.setState('rolled-back')
  await run.committed()
  const first = uncertain.sort((one, other) => one.item - other.item || one.step - other.step).slice(0, maxFailures)
  const uncertainWork = await Promise.all(first.map((work) => named(work, shape, views)))
  const { standing } = copies
  return { undone, failed, failures, ofOthers, standing, uncertain: uncertain.length, uncertainWork, isComplete }
}

async function named(work: Recorded, shape: Shape, views: PastViews): Promise<UncertainWork> {
  const view = await views.before(work).catch(() => undefined)
  const what = work.state === 'undoing' ? 'compensate' : 'run'
  return { step: shape.steps[work.step]!.name, what, id: itemIdOf(shape, work), input: view?.input }
}

interface TakingBack {
  readonly step: EachStep
  readonly run: RunJournal
  readonly copies: Copies
  readonly runtime: Runtime
  readonly views: PastViews
}

async function takeBack(
  work: Recorded & { readonly state: 'done' | 'undoing' | 'dead' },
  { step, run, copies, runtime, views }: TakingBack,
): Promise<void> {
  if (work.state === 'dead') throw Failure.fromRecord(work.failure)
  const input = step.prepare(await views.before(work))
  if (views.levelOf(work.step).isBehindCollect) assertGiven(work, run, input)
  const value: unknown = JSON.parse(work.value)
  // From here on nobody takes it of others for done.
  copies.undone(work)
  run.undoing(work)
  await run.committed()
  try {
    await runtime.call((_: null, context) => step.compensate!(input, value, context), null, {
      name: `${step.name}, taken back`,
      lane: step.lane,
      effects: true,
      ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
      ...(step.retry === undefined ? {} : { retry: step.retry }),
    })
  } catch (thrown) {
    // That has ended: the effect is there still, and the next rollback tries again.
    run.done(work, work.value, 'figures' in work ? work.figures : { attempts: 1, queuedMs: 0, runMs: 0 })
    throw thrown
  }
  run.undone(work)
  await run.committed()
}

/** What came up to a `collect` may be other items by now: some failed, and were done again. */
function assertGiven({ key, step }: Recorded, { run }: RunJournal, input: unknown): void {
  const { name, version } = plannedSteps(run)[step]!
  if (contentKey(version ?? name, jsonOf(input)) === key) return
  throw new Failure('INVALID_INPUT', 'what was collected for it is not what it was: take it back by hand')
}

/** @returns positions of the steps that can take back what they did */
function compensable({ steps, name }: JobPlan, { run }: RunJournal): number[] {
  const positions = steps.flatMap((step, at) => (step.kind === 'each' && step.compensate !== undefined ? [at] : []))
  if (positions.length === 0) {
    throw new Failure('INVALID_INPUT', `${name}: no step says how to take back what it did: give it a compensate`)
  }
  const before = plannedSteps(run)
  const isSame = before.length === steps.length && steps.every((step, at) => step.name === before[at]?.name)
  if (isSame) return positions
  throw new Failure(
    'INVALID_INPUT',
    `the steps of the job are not those of ${run.id}: roll back with the job as it was`,
  )
}

/** Versions as they were when the run was: the code may be another one by now, and runs have taken effects of that one. */
function namesOf({ run }: RunJournal, positions: readonly number[]): Set<string> {
  const steps = plannedSteps(run)
  return new Set(positions.flatMap((at) => [steps[at]!.name, steps[at]!.version ?? steps[at]!.name]))
}

function notTakenBack(id: string, step: string, thrown: unknown): Failure {
  return new Failure('COMPENSATION_FAILED', `${step} of item ${id} could not be taken back: ${messageOf(thrown)}`, {
    cause: thrown,
  })
}

function isOfJournal(thrown: unknown): boolean {
  return Failure.is(thrown) && thrown.code.startsWith('JOURNAL_')
}
