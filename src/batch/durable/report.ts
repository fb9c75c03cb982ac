import type { Pipeline } from '../../core/task.ts'
import type { RunState } from '../../journal/journal.ts'
import type { Course } from './course.ts'
import { tallyOf } from './figures/counts.ts'
import { stepsOf } from './figures/step-progress.ts'
import type { Entry } from './item/entry.ts'
import type { JobParts } from './job-parts.ts'
import type { JobReport } from './job-run.ts'

export interface ReportParts extends JobParts {
  readonly course: Course
  readonly line: Pipeline<Entry, Entry>
  readonly state: RunState
  readonly broken: Error | undefined
  readonly replaced: JobReport['replaced']
  readonly kept: JobReport['kept']
}

/** What came of a run. What was read and has no end was cancelled. */
export function reportOf(parts: ReportParts): JobReport {
  const { course, line, state, journal, shape, records, report, broken, replaced, kept } = parts
  const { book, interrupted } = course
  const outputs = [records, report].flatMap((sink) => (sink === undefined || kept.includes(sink.place) ? [] : [sink]))
  return {
    id: journal.run.id,
    state,
    tally: tallyOf(book.live.source, book.read),
    steps: stepsOf(shape, book).map((step, at) => {
      return { ...step, running: 0, waiting: 0, tally: tallyOf(step, book.steps[at]!.arrived) }
    }),
    derived: tallyOf(book.live.derived, book.made),
    usage: book.usage,
    statistics: line.stats(),
    interrupted: interrupted.found,
    outputs: outputs.map((sink) => (state === 'finished' ? sink.place : (sink.partial ?? sink.place))),
    replaced,
    kept,
    failures: book.failures,
    broken,
  }
}
