import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as v from 'valibot'
import { type CatalogueEntry, findModel } from '../../../models/catalogue.ts'
import { isPulled, weightsPath } from '../../../models/weights.ts'
import { withoutCredentials } from '../../core/address.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import { Failure } from '../../core/failure.ts'
import { parseOptions } from '../../core/options.ts'
import { isPublicAddress } from '../address.ts'
import { checksum } from './checksum.ts'
import { fetchWeights } from './fetch-weights.ts'
import { isGguf } from './gguf.ts'
import { PartFile } from './part-file.ts'
import { lockPull } from './pull-lock.ts'

export interface PullOptions {
  /** Told how far it is, at most ten times a second. */
  readonly onProgress?: (progress: PullProgress) => void
  /** Ends the pull. What has arrived is kept, and the next pull goes on from there. */
  readonly signal?: AbortSignal
  /** Whether addresses that are not public may be connected to: a mirror in the house. Default: false. */
  readonly allowPrivate?: boolean
  /** Default: the system's. */
  readonly clock?: Clock
  /** Gives numbers in [0, 1) for the jitter of retries. Default: Math.random. */
  readonly random?: () => number
}

export interface PullProgress {
  readonly name: string
  readonly phase: 'fetch' | 'verify'
  /** Fetched, or verified, so far. */
  readonly doneBytes: number
  /** `null` where nobody knows. */
  readonly totalBytes: number | null
}

export interface PulledModel {
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** Of the file; `null` when it was there already. */
  readonly sha256: string | null
  /** Who else says that this is its sha256: the catalogue, the server, or nobody. `earlier`: the file was there already. */
  readonly verifiedBy: 'catalogue' | 'server' | 'nobody' | 'earlier'
}

const progressMs = 100

const schema = v.strictObject({
  onProgress: v.optional(v.function()),
  signal: v.optional(v.instance(AbortSignal)),
  allowPrivate: v.optional(v.boolean(), false),
  clock: v.optional(v.looseObject({ now: v.function(), startTimer: v.function() })),
  random: v.optional(v.function()),
})

/**
 * Fetches the weights of a model of the catalogue into the user's cache folder. Goes on where an earlier pull ended, survives cut connections,
 * and gives the file its name only when its size and its sha256 are right. Nothing is fetched when it is there already.
 *
 * @throws Failure `MODEL_UNKNOWN`, `INVALID_OPTION`; `DOWNLOAD_FAILED`, whose cause says why and which keeps what has arrived;
 *   `DOWNLOAD_CORRUPT`, which does not; the signal's reason
 */
export async function pullModel(name: string, options: PullOptions = {}): Promise<PulledModel> {
  const { allowPrivate } = parseOptions(schema, options, 'pullModel')
  const entry = await findModel(name)
  try {
    return await pull(entry, { ...options, allowPrivate })
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown
    throw await described(thrown, entry)
  }
}

async function pull(
  entry: CatalogueEntry,
  options: PullOptions & { readonly allowPrivate: boolean },
): Promise<PulledModel> {
  const path = weightsPath(entry.name)
  await mkdir(dirname(path), { recursive: true })
  await using lock = await lockPull(path, entry.name)
  if (await isPulled(entry)) {
    const { size: bytes } = await stat(path)
    return { name: entry.name, path, bytes, sha256: null, verifiedBy: 'earlier' }
  }
  await using part = await PartFile.open(path)
  // Of another version of the model, say.
  if (part.record !== undefined && part.record.address !== withoutCredentials(entry.address)) await part.discard()
  try {
    await fetchAll(entry, part, options)
    const verified = await verify(entry, part, options)
    // Whoever else has the lock now writes to this part as well.
    if (!(await lock.held())) {
      throw new Failure('DOWNLOAD_FAILED', `${entry.name}: another pull has taken over: wait for that one`)
    }
    await part.finish()
    return { name: entry.name, path, bytes: part.bytes, ...verified }
  } catch (thrown) {
    if (Failure.is(thrown) && thrown.code === 'DOWNLOAD_CORRUPT') await part.discard()
    throw thrown
  }
}

async function fetchAll(
  entry: CatalogueEntry,
  part: PartFile,
  options: PullOptions & { readonly allowPrivate: boolean },
): Promise<void> {
  // Loaded late: whoever only asks for the catalogue needs no HTTP client.
  const { WeightsSource } = await import('./weights-source.ts')
  await using source = new WeightsSource(options.allowPrivate ? () => true : isPublicAddress)
  const tell = teller(entry.name, 'fetch', options)
  await fetchWeights(source, part, entry, {
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    signal: options.signal,
    onBytes: tell,
  })
}

async function verify(
  { name, sha256: listed }: CatalogueEntry,
  part: PartFile,
  options: PullOptions,
): Promise<Pick<PulledModel, 'sha256' | 'verifiedBy'>> {
  const tell = teller(name, 'verify', options)
  const sha256 = await checksum(part.path, (done) => tell(done, part.bytes), options.signal)
  const said = part.record?.sha256 ?? null
  const expected = listed ?? said
  if (expected !== null && sha256 !== expected) {
    throw new Failure('DOWNLOAD_CORRUPT', `what came has the sha256 ${sha256}, expected ${expected}`)
  }
  if (expected === null && !(await isGguf(part.path))) {
    throw new Failure('DOWNLOAD_CORRUPT', 'what came is no GGUF file')
  }
  return { sha256, verifiedBy: listed !== null ? 'catalogue' : said !== null ? 'server' : 'nobody' }
}

/** Says how far it is: the first and the last time always, in between now and then. */
function teller(
  name: string,
  phase: PullProgress['phase'],
  { onProgress, clock = systemClock }: PullOptions,
): (doneBytes: number, totalBytes: number | null) => void {
  let next = Number.NEGATIVE_INFINITY
  return (doneBytes, totalBytes) => {
    if (doneBytes !== totalBytes && clock.now() < next) return
    next = clock.now() + progressMs
    onProgress?.({ name, phase, doneBytes, totalBytes })
  }
}

async function described(thrown: unknown, { name, bytes }: CatalogueEntry): Promise<Failure> {
  const failure = Failure.from(thrown)
  if (failure.code === 'DOWNLOAD_FAILED') return failure
  if (failure.code === 'DOWNLOAD_CORRUPT') {
    return new Failure('DOWNLOAD_CORRUPT', `${name}: ${failure.message}; it was thrown away`, { cause: failure.cause })
  }
  const kept = await stat(`${weightsPath(name)}.part`).catch(() => undefined)
  const advice =
    kept === undefined || kept.size === 0 ? '' : `; ${kept.size} bytes are kept, the next pull goes on from there`
  return new Failure('DOWNLOAD_FAILED', `${name}: ${failure.message}${advice}`, {
    retryable: failure.retryable,
    details: { name, bytes, keptBytes: kept?.size ?? 0 },
    cause: failure,
  })
}
