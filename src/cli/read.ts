import { extname, resolve, sep } from 'node:path'
import type { Page } from '../../workers/reading/page.ts'
import type { Input } from '../batch/input.ts'
import { expandInputs } from '../batch/inputs.ts'
import { readInputs } from '../batch/read.ts'
import { type ReadRecord, readRecord } from '../batch/record.ts'
import { openSink } from '../batch/sinks/open-sink.ts'
import type { Sink } from '../batch/sinks/sink.ts'
import { Failure } from '../core/failure.ts'
import type { StreamRun } from '../core/run.ts'
import type { Tally } from '../core/tally.ts'
import { createRuntime, type Runtime } from '../runtime.ts'
import { exitCodes } from './exit-codes.ts'
import { FailureList } from './failure-list.ts'
import { onInterrupt } from './interrupt.ts'
import { parseReadOptions, type ReadSettings, type ReadWords } from './read-options.ts'
import { openReports, type Reports } from './reports.ts'

/**
 * `weft read`: records to the sink, everything else to standard error.
 *
 * @returns the exit code
 * @throws Failure `INVALID_OPTION`, `OUTPUT_FAILED`, `SOURCE_FAILED`
 */
export async function readCommand(words: readonly string[], options: unknown): Promise<number> {
  const settings = parseReadOptions(options as ReadWords)
  refuseOverwriting(settings.out, words)
  const sink = await openSink(settings.out, process.stdout)
  const recordsOnTerminal = settings.out === undefined && process.stdout.isTTY
  const reports = openReports(settings.reports, process.stderr, !recordsOnTerminal)
  const stopped = new AbortController()
  let run: StreamRun<Page, Input> | undefined
  using interrupt = onInterrupt(
    () => {
      reports.note('stopping: what runs is finished and written; press Ctrl-C again to stop now')
      stopped.abort()
      run?.drain('interrupted')
    },
    () => run?.cancel('interrupted'),
  )
  await using runtime = await createReadRuntime(settings, reports)
  const expanded = expandInputs(words, { cwd: process.cwd(), stdin: process.stdin, signal: stopped.signal })
  // Names alone fit into memory, and make the total known; what comes on standard input is read as it comes.
  const inputs = words.includes('-') ? expanded : await Array.fromAsync(expanded)
  run = readInputs(runtime, inputs, settings)
  if (interrupt.count > 0) run.drain('interrupted')
  const failures = new FailureList()
  try {
    await writeAll(run, sink, failures, await reports.watch(run, runtime))
  } catch (thrown) {
    if (!Failure.is(thrown) || thrown.code !== 'OUTPUT_CLOSED') throw thrown
    // Whoever reads our output has seen enough: that is no failure.
    return exitCodes.outputClosed
  } finally {
    reports.end(run.stats(), failures)
  }
  return interrupt.count > 0 ? exitCodes.interrupted : exitCodeOf(run.stats().tally)
}

/** @throws Failure `INVALID_OPTION` when the output would replace an input, or be read as one the next time */
function refuseOverwriting(out: string | undefined, words: readonly string[]): void {
  if (out === undefined) return
  const target = resolve(out)
  const isFolder = extname(target) === ''
  const word = words.find((input) => {
    const place = resolve(input)
    return target === place || (isFolder && target.startsWith(place + sep))
  })
  if (word === undefined) return
  throw new Failure(
    'INVALID_OPTION',
    `--out ${out}: expected a place apart from what is read, got one in ${word}: choose another`,
  )
}

function exitCodeOf({ in: all, done }: Tally): number {
  if (done === 0) return exitCodes.nothingDone
  return done === all ? exitCodes.done : exitCodes.someFailed
}

function createReadRuntime(settings: ReadSettings, reports: Reports): Promise<Runtime> {
  const { perHost, sequential, allowPrivate, ignoreRobots, maxBytes } = settings
  return createRuntime({
    lanes: { io: { concurrency: 1024, perKey: { concurrency: perHost } } },
    web: { allowPrivate, ignoreRobots, maxBytes },
    ...(sequential ? { pool: { threads: 1 } } : {}),
    ...(reports.listener === undefined ? {} : { onEvent: reports.listener }),
  })
}

/** Writes each record as its item ends. What was written before the source broke is made final; after a failed write it cannot be. */
async function writeAll(
  run: StreamRun<Page, Input>,
  sink: Sink<ReadRecord>,
  failures: FailureList,
  progress: Disposable,
): Promise<void> {
  using _ = progress
  try {
    for await (const outcome of run) {
      failures.add(outcome, outcome.input.input)
      await sink.write(readRecord(outcome))
    }
  } finally {
    await sink.close()
  }
}
