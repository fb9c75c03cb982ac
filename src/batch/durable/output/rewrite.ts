import type { RunJournal, Settled } from '../../../journal/journal.ts'
import type { OutputRecord, RecordSink } from '../../sinks/record-sink.ts'
import { Counts } from '../figures/counts.ts'
import type { Shape } from '../item/shape.ts'
import { inOrder } from './in-order.ts'
import type { Replay } from './replay.ts'

export interface RewriteParts {
  readonly journal: RunJournal
  readonly shape: Shape
  readonly replay: Replay
  readonly records: RecordSink | undefined
  readonly report: RecordSink | undefined
  /** Told of each row. */
  readonly each?: (row: Settled) => void
}

/** Writes the whole output anew out of the journal, in the order of the source. Sinks are open, and empty. Gives what it counted. */
export async function rewrite(parts: RewriteParts): Promise<{ readonly counts: Counts; readonly bytes: number }> {
  const { journal, shape, replay, records, report, each } = parts
  const counts = new Counts(shape)
  let bytes = 0
  for await (const batch of replay.records(inOrder(journal, shape))) {
    const lines: Record<'records' | 'report', OutputRecord[]> = { records: [], report: [] }
    for (const [row, record] of batch) {
      const level = shape.levels[row.segment]!
      each?.(row)
      counts.end(level, row.step, row.status)
      if (record !== undefined) lines[level.isBehindCollect && report ? 'report' : 'records'].push(record)
    }
    if (records && lines.records.length > 0) bytes = await records.append(lines.records)
    if (report && lines.report.length > 0) await report.append(lines.report)
  }
  return { counts, bytes }
}
