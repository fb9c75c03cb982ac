import type { Failure } from '../core/failure.ts'
import type { PulledModel, PullProgress } from '../web/pull/pull.ts'
import { printable } from './printable.ts'
import { PullMeter } from './pull-meter.ts'
import { size } from './units.ts'

/** What `weft models pull` says beside the paths, on standard error: text for people, JSON lines for programs, or nothing. */
export interface PullReports extends Disposable {
  progress(progress: PullProgress): void
  pulled(model: PulledModel): void
  failed(name: string, failure: Failure): void
}

/** How often a log, and a program, is told of progress, in milliseconds. */
const plainMs = 5_000
const jsonMs = 1_000

export async function openPullReports(
  kind: 'text' | 'json' | 'nothing',
  output: NodeJS.WriteStream,
): Promise<PullReports> {
  if (kind === 'nothing') return { progress() {}, pulled() {}, failed() {}, [Symbol.dispose]() {} }
  if (kind === 'json') return jsonReports(output)
  return output.isTTY ? liveReports(output) : plainReports(output)
}

function jsonReports(output: NodeJS.WriteStream): PullReports {
  const print = (event: object): void => {
    output.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
  }
  const isDue = every(jsonMs)
  return {
    progress: (progress) => {
      if (isDue()) print({ type: 'pull-progress', ...progress })
    },
    pulled: (model) => print({ type: 'pulled', ...model }),
    failed: (name, failure) => print({ type: 'pull-failed', name, failure: failure.toJSON() }),
    [Symbol.dispose]() {},
  }
}

/** A line that is drawn again and again. */
async function liveReports(output: NodeJS.WriteStream): Promise<PullReports> {
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(output)
  const meter = new PullMeter()
  return {
    progress: (progress) => draw(meter.line(progress, performance.now())),
    pulled: (model) => draw.persist(pulledText(model)),
    failed: (_, { message }) => draw.persist(printable(message)),
    [Symbol.dispose]() {
      draw.clear()
      draw.done()
    },
  }
}

/** A line now and then, for a log. */
function plainReports(output: NodeJS.WriteStream): PullReports {
  const meter = new PullMeter()
  const isDue = every(plainMs)
  return {
    progress: (progress) => {
      const line = meter.line(progress, performance.now())
      if (isDue()) output.write(`${line}\n`)
    },
    pulled: (model) => output.write(`${pulledText(model)}\n`),
    failed: (_, { message }) => output.write(`${printable(message)}\n`),
    [Symbol.dispose]() {},
  }
}

/** Says whether so long has passed since it last said so. */
function every(ms: number): () => boolean {
  let next = 0
  return () => {
    const now = performance.now()
    if (now < next) return false
    next = now + ms
    return true
  }
}

function pulledText({ name, bytes, sha256, verifiedBy }: PulledModel): string {
  const how = {
    catalogue: 'its sha256 is that of the catalogue',
    server: 'its sha256 is the one that the server gives',
    nobody: `nobody says what its sha256 should be; it is ${sha256}`,
    earlier: 'it was there already',
  }
  return `${name}: ${size(bytes)}, ${how[verifiedBy]}`
}
