import type { Pipeline } from '../../core/task.ts'
import type { Runtime } from '../../runtime.ts'
import type { JobPlan } from '../job/plan.ts'
import type { Course } from './course.ts'
import { etaOf } from './figures/eta.ts'
import type { Pace } from './figures/pace.ts'
import { stepsOf } from './figures/step-progress.ts'
import type { Entry } from './item/entry.ts'
import type { Shape } from './item/shape.ts'
import type { JobLane, JobProgress } from './job-run.ts'

export interface ProgressParts {
  readonly plan: JobPlan
  readonly shape: Shape
  readonly runtime: Runtime
  readonly course: Course
  readonly line: Pipeline<Entry, Entry> | undefined
  readonly pace: Pace
  /** Since the process began to run it. */
  readonly wallMs: number
}

export function progressOf({ plan, shape, runtime, course, line, pace, wallMs }: ProgressParts): JobProgress {
  const { book, budgetLeft, hasEnded } = course
  pace.look(
    wallMs,
    book.steps.map(({ ended }) => ended),
  )
  const { done, failed, skipped } = book.live.source
  const settled = done + failed + skipped
  const steps = stepsOf(shape, book)
  const running = Math.min(book.read - settled, sum(steps.map((step) => step.running)))
  const total = hasEnded ? { items: book.read, estimate: false } : totalOf(plan)
  const lanes = lanesOf(shape, runtime)
  const unread = total && Math.max(0, total.items - book.read)
  return {
    done,
    failed,
    skipped,
    cancelled: 0,
    running,
    waiting: book.read - settled - running,
    total,
    steps,
    reused: book.reused,
    usage: book.usage,
    perSecond: wallMs > 0 ? ((settled - book.settledBefore) * 1000) / wallMs : 0,
    eta: etaOf(shape, book, unread, lanes, pace),
    budgetLeft,
    lanes,
    loopDelayMs: line?.stats().loopDelay.p99Ms ?? 0,
  }
}

/** As far as the source knows it before it is read. */
export function totalOf({ source, limit }: JobPlan): JobProgress['total'] {
  const { size } = source
  if (size === undefined || limit === undefined || limit >= size.items) return size
  return { items: limit, estimate: size.estimate }
}

/** Those that some step uses. */
function lanesOf({ steps }: Shape, runtime: Runtime): JobLane[] {
  const names = new Set(
    steps.flatMap((step) => {
      const { lane, worksOn } = step as { readonly lane?: string; readonly worksOn?: string }
      return [lane, worksOn].filter((name) => name !== undefined)
    }),
  )
  return [...names].map((name) => {
    const { running, waiting, state } = runtime.lane(name)
    return { name, running, waiting, state }
  })
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((one, other) => one + other, 0)
}
