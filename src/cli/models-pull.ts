import type { Writable } from 'node:stream'
import { findModel } from '../../models/catalogue.ts'
import { Failure } from '../core/failure.ts'
import { pullModel } from '../web/pull/pull.ts'
import { exitCodes } from './exit-codes.ts'
import { onInterrupt } from './interrupt.ts'
import { openPullReports, type PullReports } from './pull-reports.ts'
import { writeOut } from './write-out.ts'

/** The options of `weft models pull`, as commander gives them. */
interface PullWords {
  readonly allowPrivate?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/**
 * `weft models pull`: prints the path of each model that is there in the end.
 *
 * @throws Failure `MODEL_UNKNOWN`, `INVALID_OPTION`: before anything is fetched
 */
export async function pullCommand(
  names: readonly string[],
  { allowPrivate = false, json, quiet }: PullWords,
  output: Writable = process.stdout,
): Promise<number> {
  if (json && quiet) throw new Failure('INVALID_OPTION', '--json and --quiet exclude each other: leave one out')
  for (const name of names) await findModel(name)
  const stop = new AbortController()
  const abort = (): void => stop.abort(new Failure('CANCELLED', 'interrupted'))
  using interrupt = onInterrupt(abort, abort)
  using reports = await openPullReports(quiet ? 'nothing' : json ? 'json' : 'text', process.stderr)
  let done = 0
  for (const name of names) {
    const path = await pullOne(name, reports, { allowPrivate, signal: stop.signal })
    if (interrupt.count > 0) return exitCodes.interrupted
    if (path === undefined) continue
    done += 1
    await writeOut(output, path)
  }
  if (done === 0) return exitCodes.nothingDone
  return done === names.length ? exitCodes.done : exitCodes.someFailed
}

/** @returns where it is; undefined when it could not be had */
async function pullOne(
  name: string,
  reports: PullReports,
  options: { readonly allowPrivate: boolean; readonly signal: AbortSignal },
): Promise<string | undefined> {
  try {
    const model = await pullModel(name, { ...options, onProgress: (progress) => reports.progress(progress) })
    reports.pulled(model)
    return model.path
  } catch (thrown) {
    const failure = Failure.from(thrown)
    reports.failed(name, options.signal.aborted ? interrupted(name) : failure)
    return undefined
  }
}

function interrupted(name: string): Failure {
  const message = `${name}: interrupted; what has arrived is kept, \`weft models pull ${name}\` goes on from there`
  return new Failure('CANCELLED', message)
}
