import type { JobReport, JobRun, JobRunOptions } from '../../batch/durable/job-run.ts'
import { openJobRun } from '../../batch/durable/open-job-run.ts'
import { firstLook } from '../../batch/job/description/first-look.ts'
import type { JobPlan } from '../../batch/job/plan.ts'
import { Failure } from '../../core/failure.ts'
import type { Journal } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { exitCodes } from '../exit-codes.ts'
import { onInterrupt } from '../interrupt.ts'
import { askOnTerminal } from './ask-interrupted.ts'
import { askRedoOnTerminal } from './ask-redo.ts'
import { exitCodeOf } from './exit-code.ts'
import { nextSteps, shownPath } from './next-steps.ts'
import { forgetOrigin, type Origin, otherJobFile, recallOrigin, rememberOrigin } from './origin.ts'
import { stepsDoneBefore } from './past.ts'
import { RunEnds } from './run-ends.ts'
import type { RunSettings } from './run-options.ts'
import { stopNotes } from './stop-notes.ts'
import { openJobReports } from './view/job-reports.ts'
import type { ExplainedFile, ExplainedReport } from './view/report-lines.ts'
import { boundYoungSpace } from './young-space.ts'

/** A run that is to be begun or gone on with. */
export interface Performance {
  readonly plan: JobPlan
  readonly origin: Origin
  readonly settings: Pick<RunSettings, 'reports'> &
    Partial<Pick<RunSettings, 'isFresh' | 'isSequential' | 'redoesEffects'>>
  readonly runId?: string
  readonly retry?: JobRunOptions['retry']
}

/**
 * Runs a job to its end, with the user watching, and able to stop it.
 *
 * @returns the exit code
 * @throws Failure `JOB_INVALID` where its first items lack a name that seems misspelt, and `AUTH_FAILED`, before anything begins where a model has no key, `INPUT_MALFORMED` and `INPUT_ENCODING` with no run left behind, those of `openJobRun`
 */
export async function perform({ plan, origin, settings, runId, retry }: Performance): Promise<number> {
  if (plan.refusal !== undefined) throw plan.refusal
  using _ = boundYoungSpace()
  const reports = openJobReports(settings.reports, process.stderr, writesToTerminal(plan))
  const { notes: firstNotes, refusal } = await firstLook(plan, () => stepsDoneBefore(plan))
  // A run that is gone on with has begun so, and some of its items may have what these lack.
  if (refusal !== undefined && runId === undefined && retry === undefined) throw refusal
  for (const line of firstNotes) reports.note(line)
  await using journal = await openJournal(plan.journalFolder, { durability: plan.durability })
  const other = await otherJobFile(journal, plan.journalFolder, origin.file)
  if (other !== undefined)
    reports.note(
      `${shownPath(other)} is called ${plan.name}, too, and shares this journal: give one of them another name`,
    )
  const stopped = new AbortController()
  const notes = stopNotes(plan)
  let run: JobRun | undefined
  using interrupt = onInterrupt(
    () => {
      reports.note(notes.drain)
      run?.drain('interrupted')
    },
    () => {
      reports.note(notes.cancel)
      stopped.abort()
    },
  )
  await using started = await openJobRun(plan, {
    journal,
    ...(runId === undefined ? {} : { runId }),
    ...(retry === undefined ? {} : { retry }),
    fresh: settings.isFresh ?? false,
    redoEffects: settings.redoesEffects ?? false,
    sequential: settings.isSequential ?? false,
    signal: stopped.signal,
    ...(reports.listener === undefined ? {} : { onEvent: reports.listener }),
    onNote: (line) => reports.note(line),
    ...askOnTerminal(reports),
    ...askRedoOnTerminal(reports),
  })
  run = started
  if (interrupt.count > 0) started.drain('interrupted')
  await rememberOrigin(journal, plan.journalFolder, started.id, origin)
  const report = await watched(started, reports)
  const nothing = started.isResumed ? undefined : whyNothing(report)
  if (nothing !== undefined) {
    await journal.prune([started.id])
    await forgetOrigin(journal, started.id)
    throw nothing
  }
  // A journal that broke takes no note either, and the report says so.
  if (report.broken === undefined)
    await rememberOrigin(journal, plan.journalFolder, started.id, { ...origin, outputs: report.outputs })
  const next = nextSteps(started.id, origin, plan.journalFolder)
  const replaced = await explainedFiles(report, journal, plan.journalFolder)
  reports.end({ ...(await explained(report, journal)), replaced }, next, interrupt.count > 0)
  return interrupt.count > 0 ? exitCodes.interrupted : exitCodeOf(report)
}

/** With one message for each code, which the run itself does not count. */
async function explained(report: JobReport, journal: Journal): Promise<ExplainedReport> {
  const { tally, derived, failures, broken } = report
  if (broken !== undefined || failures.length === 0) return report
  await using run = await journal.open(report.id)
  const most = tally.failed + tally.skipped + derived.failed + derived.skipped
  const ends = await RunEnds.of(run.settledNotDone(), { most })
  const { failed, dead, heldUp, inTheDark, malformed } = ends
  return { ...report, failures: ends.explained(failures), left: { failed, dead, heldUp, inTheDark, malformed } }
}

/** A file that is as long as the records of a run that wrote there is taken for those. */
async function explainedFiles({ id, replaced }: JobReport, journal: Journal, folder: string): Promise<ExplainedFile[]> {
  const files: ExplainedFile[] = []
  for (const file of replaced) {
    let run: string | undefined
    for (const row of await journal.runs()) {
      if (row.id === id || row.state !== 'finished' || row.marks.output.bytes !== file.bytes) continue
      const { outputs } = await recallOrigin(journal, folder, row.id, '')
      if (outputs?.includes(file.place)) {
        run = row.id
        break
      }
    }
    files.push(run === undefined ? file : { ...file, run })
  }
  return files
}

/** Its input turned out to be none before an item was read, as a header on standard input does: there is nothing to go on with. */
function whyNothing({ broken, tally }: JobReport): Failure | undefined {
  const cause = broken?.cause
  return tally.in === 0 && Failure.is(cause) && isOfInput(cause) ? cause : undefined
}

function isOfInput({ code }: Failure): boolean {
  return code === 'INPUT_MALFORMED' || code === 'INPUT_ENCODING'
}

async function watched(run: JobRun, reports: ReturnType<typeof openJobReports>): Promise<JobReport> {
  using _ = await reports.watch(run)
  return await run.ended
}

function writesToTerminal({ output: { records, report } }: JobPlan): boolean {
  return process.stdout.isTTY && [records, report].some((sink) => sink?.isReplayed)
}
