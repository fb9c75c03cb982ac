import { accountOf } from '../../batch/durable/account.ts'
import { shapeOf } from '../../batch/durable/item/shape.ts'
import { inOrder } from '../../batch/durable/output/in-order.ts'
import { Replay } from '../../batch/durable/output/replay.ts'
import { isMarkdownOut } from '../../batch/job/open-output.ts'
import type { RecordSink } from '../../batch/sinks/record-sink.ts'
import { Failure } from '../../core/failure.ts'
import type { RunRow, Settled } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { exitCodes } from '../exit-codes.ts'
import { originOf } from './origin.ts'
import { findRun } from './place.ts'
import { planOf } from './run.ts'
import { parseRunOptions, type RunWords } from './run-options.ts'

/**
 * `weft export`: the records of all that a run has settled, made anew from its journal, as JSON lines in the order that the run's own have. Nothing
 * is run; the run may be under way.
 *
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, `OUTPUT_FAILED`, those of the journal
 */
export async function exportCommand(word: string, words: unknown): Promise<number> {
  const options = words as RunWords
  const found = await findRun(word, options.job)
  const { out = '-' } = parseRunOptions(options).overrides
  const { file, overrides } = await originOf(found, options.job)
  const { steps, output } = await planOf(file, { ...overrides, out })
  const { output: own } = await planOf(file, overrides)
  // What comes out behind a collect has a place of its own: then it is none of its lines.
  const isApart = own.records !== undefined && own.report !== undefined && !isMarkdownOut(out)
  await using journal = await openJournal(found.folder, { readOnly: true })
  await using run = await journal.open(found.row.id)
  const shape = shapeOf(steps, output.fields)
  const replay = new Replay(shape, run, output.fields)
  const rows = isInOrder(run.run) ? inOrder(run, shape) : run.settledAfter(0)
  const isWanted = ({ segment }: Settled): boolean => !(isApart && shape.levels[segment]!.isBehindCollect)
  try {
    await writeAll(replay.records(rows), isWanted, { id: run.run.id, sink: output.records! })
  } catch (thrown) {
    if (!Failure.is(thrown) || thrown.code !== 'OUTPUT_CLOSED') throw thrown
    return exitCodes.outputClosed
  }
  return exitCodes.done
}

/** As its job says, or written anew by a retry. */
function isInOrder({ marks, state }: RunRow): boolean {
  const { isOrdered, retries } = accountOf(marks)
  return isOrdered === true || (retries > 0 && state === 'finished')
}

async function writeAll(
  batches: ReturnType<Replay['records']>,
  isWanted: (row: Settled) => boolean,
  { id, sink }: { readonly id: string; readonly sink: RecordSink },
): Promise<void> {
  try {
    await sink.open(`export-${id}`, 0)
    for await (const batch of batches)
      await sink.append(batch.flatMap(([row, record]) => (record !== undefined && isWanted(row) ? [record] : [])))
    await sink.publish()
  } finally {
    await sink.close()
  }
}
