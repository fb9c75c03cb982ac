import { Replay } from '../../batch/durable/replay.ts'
import { shapeOf } from '../../batch/durable/shape.ts'
import type { RecordSink } from '../../batch/sinks/record-sink.ts'
import { Failure } from '../../core/failure.ts'
import type { RunJournal } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { exitCodes } from '../exit-codes.ts'
import { originOf } from './origin.ts'
import { findRun } from './place.ts'
import { planOf } from './run.ts'
import { parseRunOptions, type RunWords } from './run-options.ts'

/**
 * `weft export`: the records of all that a run has settled, made anew from its journal. Nothing is run; the run may be under way.
 *
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, `OUTPUT_FAILED`, those of the journal
 */
export async function exportCommand(word: string, words: unknown): Promise<number> {
  const options = words as RunWords
  const found = await findRun(word, options.job)
  const { out = '-' } = parseRunOptions(options).overrides
  const { file, overrides } = await originOf(found, options.job)
  const { steps, output } = await planOf(file, { ...overrides, out })
  await using journal = await openJournal(found.folder, { readOnly: true })
  await using run = await journal.open(found.row.id)
  const replay = new Replay(shapeOf(steps, output.fields), run, output.fields)
  try {
    await writeAll(replay, run, output.records!)
  } catch (thrown) {
    if (!Failure.is(thrown) || thrown.code !== 'OUTPUT_CLOSED') throw thrown
    return exitCodes.outputClosed
  }
  return exitCodes.done
}

async function writeAll(replay: Replay, run: RunJournal, sink: RecordSink): Promise<void> {
  try {
    await sink.open(`export-${run.run.id}`, 0)
    for await (const batch of replay.records(run.settledAfter(0))) {
      await sink.append(batch.flatMap(([, record]) => record ?? []))
    }
    await sink.publish()
  } finally {
    await sink.close()
  }
}
