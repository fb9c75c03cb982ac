import type { Outcome } from '../../../core/outcome.ts'
import { addUsage, noUsage, type Usage } from '../../../core/usage.ts'
import type { Marks, Settled } from '../../../journal/journal.ts'
import type { Entry } from '../item/entry.ts'
import type { Level, Shape } from '../item/shape.ts'
import { Counts, type CountsRecord } from './counts.ts'

/** What a run counts, over all its lives. */
export class Book {
  /** Items as they stand now. */
  live: Counts
  /** Those whose ends are in the output: what the marks say. */
  confirmed: Counts
  readonly steps: readonly StepFigures[]
  /** Items of the source that were read. */
  read: number
  /** Items that were made on the way. */
  made: number
  /** Items of the source for which nothing had to be run. */
  reused: number
  usage: Usage
  /** Tasks begun. */
  tasks: number
  /** Items of the source that had an end before this life began. */
  settledBefore: number
  readonly #failures: Map<string, FailureCount>
  /** What tasks of each step took in earlier lives. */
  readonly #tookBefore: readonly Took[]
  #dead: number

  constructor(shape: Shape, from: BookRecord | undefined, { usage, tasks }: Pick<Marks, 'usage' | 'tasks'>) {
    this.live = new Counts(shape, from)
    this.confirmed = new Counts(shape, from)
    this.steps = shape.steps.map(() => ({ arrived: 0, running: 0, reused: 0, ended: 0, runMs: 0, tokens: 0 }))
    for (const [at, { done, failed, skipped }] of this.live.steps.entries())
      this.steps[at]!.arrived = done + failed + skipped
    this.settledBefore = from?.tally.in ?? 0
    this.read = this.settledBefore
    this.made = from?.derived.in ?? 0
    this.reused = this.settledBefore
    this.usage = usage
    this.tasks = tasks ?? from?.tasks ?? 0
    this.#dead = from?.dead ?? 0
    this.#tookBefore = shape.steps.map((_, at) => from?.took?.[at] ?? { ended: 0, runMs: 0 })
    this.#failures = new Map(
      from?.failures.map(({ code, count, examples }) => [code, { count, examples: [...examples] }]),
    )
  }

  /** An item is there, with what was known of it taken already. */
  came(entry: Entry): void {
    if (entry.level.index === 0) this.read += 1
    else this.made += 1
    const { level, at } = entry
    for (let step = level.from; step < at; step += 1) {
      this.steps[step]!.arrived += 1
      this.steps[step]!.reused += 1
      this.live.steps[step]!.done += 1
    }
    if (at <= level.to) this.steps[at]!.arrived += 1
  }

  /** An item that an earlier life has settled, and had no time to count. */
  restored(level: Level, step: number, status: Settled['status']): void {
    if (level.index === 0) {
      this.read += 1
      this.reused += 1
    } else this.made += 1
    this.live.end(level, step, status)
    for (let at = level.from; at <= Math.min(step, level.to); at += 1) this.steps[at]!.arrived += 1
  }

  /** What was settled is to be settled again: it will come as any other. */
  reopened(level: Level, { step, status }: Settled): void {
    if (level.index === 0) {
      this.read -= 1
      this.reused -= 1
    } else this.made -= 1
    this.live.end(level, step, status, -1)
    for (let at = level.from; at <= Math.min(step, level.to); at += 1) this.steps[at]!.arrived -= 1
  }

  /** The same of one that has come up to a barrier already, from where it goes on. */
  reopenedAt({ level }: Entry, { step, status }: Settled, from: number): void {
    this.live.item(level, status, -1)
    if (level.index === 0) this.reused -= 1
    for (let at = from; at < Math.min(step, level.to + 1); at += 1) {
      this.live.steps[at]!.done -= 1
      if (at < level.to) this.steps[at + 1]!.arrived -= 1
    }
    if (step >= from && step <= level.to) this.live.steps[step]![status] -= 1
  }

  /** It has done with a step, and stands at the next one. */
  took(entry: Entry, step: number): void {
    // It was counted when it was settled, and comes for a barrier alone.
    if (entry.settledAs !== undefined) return
    this.live.steps[step]!.done += 1
    if (step < entry.level.to) this.steps[step + 1]!.arrived += 1
  }

  /**
   * A step's task has ended, however. Gives whether it used what is counted in tokens or money.
   *
   * @param isWhole the step was run, to an end of its own: that says how long it takes
   */
  ran(step: number, { attempts, runMs, usage }: Outcome<unknown>, isWhole: boolean): boolean {
    if (usage !== noUsage) this.usage = addUsage(this.usage, usage)
    const isPaid = usage.inputTokens + usage.outputTokens + usage.costUsd > 0
    if (attempts === 0) return isPaid
    const figures = this.steps[step]!
    this.tasks += 1
    if (!isWhole) return isPaid
    figures.ended += 1
    figures.runMs += runMs
    figures.tokens += usage.inputTokens + usage.outputTokens
    return isPaid
  }

  /** An item's end is in the output. */
  confirm({ failure, input, isDead }: Pick<Settled, 'failure' | 'input' | 'isDead'>): void {
    if (isDead) this.#dead += 1
    if (failure === undefined) return
    const known = this.#failures.get(failure.code) ?? { count: 0, examples: [] }
    this.#failures.set(failure.code, known)
    known.count += 1
    if (known.examples.length < maxExamples) known.examples.push(input.slice(0, maxExampleLength))
  }

  /** The output is written anew: so are the figures. */
  begunAnew(): void {
    this.#failures.clear()
    this.#dead = 0
  }

  /** Nothing more could be recorded: what is not surely in the journal is open, and done again. */
  keepConfirmed(): void {
    this.live = this.confirmed
    for (const [at, { done }] of this.live.steps.entries()) {
      this.steps[at]!.reused = Math.min(this.steps[at]!.reused, done)
    }
  }

  /** A retry begins: what is settled still, and what is to be done again comes on top of it. No more is confirmed until the output is written anew. */
  begunAgain(counts: Counts): void {
    this.recount(counts)
    this.confirmed = new Counts(counts, counts.record)
    this.settledBefore = this.read
    this.reused = this.read
  }

  /** What the output that was written anew has. */
  recount(counts: Counts): void {
    this.live = counts
    this.confirmed = counts
    this.read = counts.record.tally.in
    this.made = counts.record.derived.in
    for (const [at, { done, failed, skipped }] of counts.steps.entries()) {
      this.steps[at]!.arrived = done + failed + skipped
    }
  }

  /** The most frequent first. */
  get failures(): { code: string; count: number; examples: readonly string[] }[] {
    const all = [...this.#failures].map(([code, { count, examples }]) => ({ code, count, examples }))
    return all.sort((one, other) => other.count - one.count)
  }

  get record(): BookRecord {
    const took = this.steps.map(({ ended, runMs }, at) => {
      const before = this.#tookBefore[at]!
      return { ended: before.ended + ended, runMs: before.runMs + runMs }
    })
    return { ...this.confirmed.record, tasks: this.tasks, failures: this.failures, dead: this.#dead, took }
  }
}

/** What is kept of it in the journal. */
export interface BookRecord extends CountsRecord {
  readonly tasks: number
  /** Of those that failed. */
  readonly dead?: number
  /** By step. Of a process that was killed, as of its last mark. */
  readonly took?: readonly Took[]
  readonly failures: readonly { readonly code: string; readonly count: number; readonly examples: readonly string[] }[]
}

export interface StepFigures {
  arrived: number
  running: number
  reused: number
  /** Tasks that were run to an end in this life, and what they took. */
  ended: number
  runMs: number
  tokens: number
}

/** Tasks that were run to an end, and how long their attempts ran in all: without waiting for a lane, a worker or a back-off. */
export interface Took {
  readonly ended: number
  readonly runMs: number
}

interface FailureCount {
  count: number
  readonly examples: string[]
}

/** Inputs that are shown of what failed for one reason, and how much of each. */
export const maxExamples = 5
export const maxExampleLength = 200
