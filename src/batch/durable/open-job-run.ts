import { setTimeout } from 'node:timers/promises'
import type { Journal } from '../../journal/journal.ts'
import { memoryJournal } from '../../journal/memory-journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { createRuntime } from '../../runtime.ts'
import type { JobPlan } from '../job/plan.ts'
import type { RecordSink } from '../sinks/record-sink.ts'
import { type Account, accountOf } from './account.ts'
import { Effects } from './effects/effects.ts'
import { shapeOf } from './item/shape.ts'
import type { JobRun, JobRunOptions } from './job-run.ts'
import { LiveJob } from './live-job.ts'
import { notesSince } from './opening/notes-since.ts'
import { pickRun } from './opening/pick-run.ts'
import { givenUpPartials } from './output/partials.ts'
import { totalOf } from './progress.ts'

/** How long a run that goes on waits for the keys of its work, in milliseconds: equal work of other items may then be done again. */
const maxIndexingMs = 400

/**
 * Begins a run of a job, or goes on with the one that is unfinished. It is on its way when this resolves.
 *
 * @throws Failure before any work is done: `RUN_UNKNOWN`, `INPUT_CHANGED`, `EFFECTS_CHANGED`, `INVALID_INPUT`, `JOURNAL_LOCKED`, `JOURNAL_CORRUPT`,
 *   `JOURNAL_NEWER`, `JOURNAL_FAILED`, `OUTPUT_FAILED`, `FILE_UNREADABLE`, `INVALID_OPTION`
 */
export async function openJobRun(asked: JobPlan, options: JobRunOptions = {}): Promise<JobRun> {
  await using stack = new AsyncDisposableStack()
  const journal = await journalOf(asked, options.journal, stack)
  const note = options.onNote ?? (() => {})
  const picked = await pickRun(journal, asked, options, note)
  const run = stack.use(await journal.open(picked.row.id))
  const account = accountOf(run.run.marks)
  const plan = withOrderOf(asked, account, note)
  const wasFinished = run.run.state === 'finished'
  const { retry } = options
  // What is open of an unfinished run may be on its way: a retry of it takes that up.
  const asksAnew = retry !== undefined && wasFinished
  const asksAnewSince = asksAnew ? `${run.run.id}.${account.retries + 1}` : picked.asksAnewSince
  if (retry !== undefined) note(`${run.run.id}: ${await run.reopen(retry)} items are done again`)
  const { before } = picked
  // A new run lives by what it finds. One that goes on knows its own work by item, and begins before it has all keys of a long one.
  const indexed = run.index(...before)
  indexed.catch(() => {})
  await (before.length === 0 ? Promise.race([indexed, setTimeout(maxIndexingMs, undefined, { ref: false })]) : indexed)
  const { records, report } = options.withoutOutput ? { records: undefined, report: undefined } : plan.output
  const isRewriting = retry !== undefined || account.isRewriting
  // In a retry of what is dead somebody has looked, and says that what is in the dark is to be done, too.
  const doesDead = isRewriting && (retry?.dead ?? account.doesDead === true)
  const effects = await Effects.open(journal, run, plan.steps, { isFresh: account.isFresh === true, doesDead })
  const shape = shapeOf(plan.steps, plan.output.fields)
  const fromSegment = shape.levels.find(({ isBehindBarrier }) => isBehindBarrier)?.index
  if (isRewriting && fromSegment !== undefined) {
    await run.reopen({ failed: false, dead: false, skipped: false, fromSegment })
  }
  const { bytes } = run.run.marks.output
  const isWhole = await opened(records, run.run.id, isRewriting ? 0 : bytes, stack)
  await opened(report, run.run.id, 0, stack)
  const runtime = stack.use(
    await createRuntime({
      ...plan.runtime,
      ...(options.sequential && { pool: { ...plan.runtime.pool, threads: 1 } }),
      ...(options.onEvent && { onEvent: options.onEvent }),
      notes: notesSince(journal, asksAnewSince),
    }),
  )
  const job = new LiveJob({
    plan,
    options,
    shape,
    journal: run,
    runtime,
    records,
    report,
    isResumed: picked.isResumed,
    wasFinished,
    isRetry: isRewriting,
    isWhole: isWhole && records?.isReplayed !== true,
    effects,
    account: {
      ...account,
      before,
      ...(picked.redoesEffects && { redoesEffects: true }),
      ...(asksAnewSince !== undefined && { asksAnewSince }),
      partials: [records, report].flatMap((sink) => sink?.partials ?? []),
      isOrdered: plan.output.isOrdered,
      limit: plan.limit,
      total: totalOf(plan),
      isRewriting,
      doesDead,
      retries: account.retries + (retry === undefined ? 0 : 1),
    },
    givenUp: givenUpPartials(await journal.runs(), run.run),
    note,
    resources: stack.move(),
  })
  job.start()
  return job
}

/** What the output has already says how the rest of it is written. */
function withOrderOf(plan: JobPlan, { isOrdered }: Account, note: (line: string) => void): JobPlan {
  if (isOrdered === undefined || isOrdered === plan.output.isOrdered) return plan
  note(
    `its records go on ${isOrdered ? 'in the order of the input' : 'as they come'}, as they began: begin anew to change that`,
  )
  return { ...plan, output: { ...plan.output, isOrdered } }
}

/** The journal of the caller stays the caller's; one that is opened here ends with the run. */
async function journalOf(
  plan: JobPlan,
  given: JobRunOptions['journal'],
  stack: AsyncDisposableStack,
): Promise<Journal> {
  if (typeof given === 'object') return given
  if (given === 'memory') return stack.use(memoryJournal())
  return stack.use(await openJournal(plan.journalFolder, { durability: plan.durability }))
}

/** Whether what the journal knows of is there. */
async function opened(
  sink: RecordSink | undefined,
  key: string,
  bytes: number,
  stack: AsyncDisposableStack,
): Promise<boolean> {
  if (sink === undefined) return true
  stack.defer(() => sink.close())
  return sink.open(key, bytes)
}
