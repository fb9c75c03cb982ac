import type { Listener } from '../../core/event.ts'
import type { LaneState } from '../../core/lane-state.ts'
import type { Progress } from '../../core/run.ts'
import type { RunStatistics } from '../../core/statistics.ts'
import type { Tally } from '../../core/tally.ts'
import type { Usage } from '../../core/usage.ts'
import type { Journal, Reopening, RunState } from '../../journal/journal.ts'
import type { OnInterrupted } from '../steps/step.ts'

/** How a job is run, beside what the job says. */
export interface JobRunOptions {
  /** Which run to go on with. Default: the last one of this job that is unfinished and has the same items and steps, or a new one. */
  readonly runId?: string
  /** Begins anew, and takes nothing from earlier runs: their effects are done again, too. Default false. */
  readonly fresh?: boolean
  /** Steps with effects whose code was changed do again what they did. Default false: that is refused with `EFFECTS_CHANGED`. */
  readonly redoEffects?: boolean
  /** Of a run that has ended: what failed is done again, and its output is written anew. */
  readonly retry?: Reopening
  /** One item and one thread at a time: what weft is measured against. Default false. */
  readonly sequential?: boolean
  /** Default: the one in the plan's folder. `memory`: nothing survives. */
  readonly journal?: Journal | 'memory'
  /** No record is written anywhere: for measuring. Default false. */
  readonly withoutOutput?: boolean
  readonly signal?: AbortSignal
  readonly onEvent?: Listener
  /** Told in words what a user should know: that a run goes on, what was interrupted, what is used again. */
  readonly onNote?: (line: string) => void
  /** Whether these are to be done again, where nobody has said `redoEffects`. Without it that is refused. */
  readonly askRedoEffects?: (changed: readonly ChangedEffects[]) => Promise<boolean>
  /** Decides for a step with `onInterrupted: 'ask'`. Without it such work is left as it is, and the run stops at the end with a note. */
  readonly askInterrupted?: (
    itemId: string,
    stepName: string,
    input: unknown,
  ) => Promise<Exclude<OnInterrupted, 'ask'> | undefined>
}

/** A step with effects that was something else when it had them: they would be done again, as other work. */
export interface ChangedEffects {
  readonly step: string
  /** The last run that had it as it was. */
  readonly run: string
  /** What it was called there. */
  readonly was: string
  /** How many at most, those included of which nobody knows whether they were done. */
  readonly effects: number
  /** The `version` that keeps them when it is put on the step. Undefined: more was changed than its code, or it is no code of the user's own. */
  readonly keptBy: string | undefined
}

/** A durable run on its way. */
export interface JobRun extends AsyncDisposable {
  readonly id: string
  /** It goes on with what an earlier process began. */
  readonly isResumed: boolean
  /** Resolves when all is settled, in the output and in the journal; or when it was stopped, with all that was done recorded. */
  readonly ended: Promise<JobReport>
  progress(): JobProgress
  /** Starts nothing more and lets what runs end: it can be gone on with. */
  drain(reason?: string): void
  cancel(reason?: string): void
  pause(): void
  resume(): void
}

export interface JobProgress extends Progress {
  /** How many items there are, where that is known. */
  readonly total: { readonly items: number; readonly estimate: boolean } | undefined
  readonly steps: readonly StepProgress[]
  /** Items that an earlier life of the run, or an earlier run, had done already. */
  readonly reused: number
  readonly usage: Usage
  /** Since the process began, items a second. */
  readonly perSecond: number
  /** By the resource that takes longest, once anything can be said. */
  readonly eta: { readonly ms: number; readonly by: string } | undefined
  readonly budgetLeft: Readonly<Record<string, number>> | undefined
  readonly lanes: readonly JobLane[]
  readonly loopDelayMs: number
}

export interface StepProgress {
  readonly name: string
  readonly lane: string | undefined
  readonly done: number
  readonly failed: number
  readonly skipped: number
  readonly running: number
  readonly waiting: number
  /** Of those done: what was there already. */
  readonly reused: number
}

export interface JobLane {
  readonly name: string
  readonly running: number
  readonly waiting: number
  readonly state: LaneState
}

export interface ReplacedFile {
  readonly place: string
  readonly bytes: number
}

export interface JobReport {
  readonly id: string
  readonly state: RunState
  /** Items of the source, over all lives of the run. Cancelled: read and not settled; the run can be gone on with. */
  readonly tally: Tally
  /** Of each step, over all lives. */
  readonly steps: readonly (StepProgress & { readonly tally: Tally })[]
  /** What an `expand` or a barrier made on the way. */
  readonly derived: Tally
  readonly usage: Usage
  /** Of this life alone. */
  readonly statistics: RunStatistics
  /** What was begun and had no result when the run was opened, or when its thread died, by the ids of the items, and what became of it. */
  readonly interrupted: readonly { readonly step: string; readonly id: string; readonly became: OnInterrupted }[]
  /** Final names of what was written; of a run that was stopped, where the records lie until then. */
  readonly outputs: readonly string[]
  /** Files that were there when it was published, and how long they were. */
  readonly replaced: readonly ReplacedFile[]
  /** Of its outputs those that were left as an earlier run wrote them: nothing came in. */
  readonly kept: readonly string[]
  /** By code, the most frequent first; with up to 5 inputs each. */
  readonly failures: readonly { readonly code: string; readonly count: number; readonly examples: readonly string[] }[]
  /** Why a run ended that could not go on: a full disk, a broken source. */
  readonly broken: Error | undefined
}
