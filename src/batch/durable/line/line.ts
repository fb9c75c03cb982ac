import { Failure } from '../../../core/failure.ts'
import type { PipelineOptions } from '../../../core/pipeline.ts'
import type { InlineTask, Patterns, Pipeline } from '../../../core/task.ts'
import type { Entry } from '../item/entry.ts'
import type { Level } from '../item/shape.ts'
import { isNeeded } from '../recall/expansion.ts'
import type { Past } from '../recall/past.ts'
import { Collecting } from './collecting.ts'
import { SelectionWork } from './selection-work.ts'
import { StepWork, type WorkParts } from './step-work.ts'

export interface LineParts extends WorkParts {
  readonly past: Past | undefined
  readonly isRetry: boolean
}

type Line = Pipeline<Entry, Entry>

/**
 * The steps of a job as a pipeline of entries. At the beginning of each level stands a gate, where those end of which it is known already how;
 * a barrier is a fold whose whole is an entry, too.
 */
export function lineOf(
  patterns: Patterns,
  source: AsyncIterable<Entry>,
  options: PipelineOptions,
  parts: LineParts,
): Line {
  const { steps, levels } = parts.shape
  let line: Line = patterns.pipeline(source, options).filter(isGoingOn)
  let level: Level = levels[0]!
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'filter') line = line.filter((entry) => filtered(entry, at, parts))
    else if (step.kind === 'each') {
      const work = new StepWork(step, at, parts)
      line = line.step(step.name, work.run as unknown as InlineTask<Entry, Entry>, work.options)
      if (step.onInterrupted === 'ask') line = line.filter(isDecided)
    } else if (step.kind === 'expand') {
      const work = new StepWork(step, at, parts)
      const task = work.run as unknown as InlineTask<Entry, Iterable<Entry>>
      line = line.flatMap(task, { ...work.options, name: step.name }).filter(isGoingOn) as Line
    } else if (step.kind === 'select') {
      const work = new SelectionWork(step, at, level, parts)
      const task = work.run as unknown as InlineTask<Entry, Iterable<Entry>>
      const gathered = line.reduce(gather, work.gathering)
      line = gathered.flatMap(task, { ...work.options, name: step.name }) as Line
    } else {
      const collecting = new Collecting(at, levels[level.index + 1]!, parts)
      line = line.reduce(collecting.gather, collecting.whole).filter((whole) => {
        collecting.release(whole)
        return mayGoOn(whole, parts) ? isGoingOn(whole) : hasItsEnd
      }) as Line
    }
    if (at === level.to) level = levels[level.index + 1] ?? level
  }
  return line
}

function gather(whole: Entry, member: Entry): Entry {
  whole.members!.push(member)
  return whole
}

const hasItsEnd = new Failure('FILTERED', 'it has its end from an earlier life of the run')

const isOpen = new Failure('INTERRUPTED', 'nobody has decided what becomes of work that was begun and has no result')

function isDecided({ isLeft }: Entry): true | Failure {
  return isLeft ? isOpen : true
}

/** True, or why not. */
function isGoingOn({ ending }: Entry): true | Failure {
  if (ending?.status === 'failed') throw ending.failure
  return ending === undefined || ending.failure
}

/** What came out of the barrier in an earlier life, and has its end, goes on only to another barrier. */
function mayGoOn({ settledAs, level }: Entry, { shape }: LineParts): boolean {
  return settledAs === undefined || isNeeded(shape, level, settledAs, level.from)
}

function filtered(entry: Entry, at: number, { walk, book }: LineParts): true | Failure {
  if (entry.at > at) return true
  if (walk.decide(entry)) book.took(entry, at)
  return isGoingOn(entry)
}
