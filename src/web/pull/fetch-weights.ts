import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { Failure } from '../../core/failure.ts'
import { defaultRetry, type RetryPolicy, retryDelayMs } from '../../core/retry.ts'
import { aborted } from '../failures.ts'
import type { PartFile, PartRecord } from './part-file.ts'
import type { WeightsAnswer, WeightsSource } from './weights-source.ts'

/** What is to be fetched, and what is known of it. */
export interface Wanted {
  readonly name: string
  readonly address: string
  readonly bytes: number | null
  readonly sha256: string | null
}

export interface FetchTerms {
  readonly clock: Clock
  readonly random: () => number
  readonly signal: AbortSignal | undefined
  /** Told whenever something has arrived. */
  readonly onBytes: (receivedBytes: number, totalBytes: number | null) => void
}

/** Attempts in a row that bring nothing new. As long as each brings a little further there is no limit. */
const policy: RetryPolicy = { ...defaultRetry, maxAttempts: 5, maxRetryAfterMs: 60_000 }

/**
 * Fetches what is missing of a part, however often the connection breaks on the way.
 *
 * @throws Failure `DOWNLOAD_CORRUPT` when the server has something else than what is wanted; a network failure; the signal's reason
 */
export async function fetchWeights(
  source: WeightsSource,
  part: PartFile,
  wanted: Wanted,
  terms: FetchTerms,
): Promise<void> {
  let furthest = part.bytes
  for (let attempts = 1; !isWhole(part, wanted); attempts += 1) {
    try {
      await fetchOnce(source, part, wanted, terms)
      return
    } catch (thrown) {
      if (part.bytes > furthest) attempts = 1
      furthest = Math.max(furthest, part.bytes)
      const delayMs = retryDelayMs(policy, Failure.from(thrown), attempts, terms.random(), 0)
      if (delayMs === undefined) throw thrown
      await wait(delayMs, terms)
    }
  }
}

/** An earlier pull may have ended after the last byte and before it was checked. */
function isWhole({ bytes, record }: PartFile, wanted: Wanted): boolean {
  return record !== undefined && bytes > 0 && bytes === (wanted.bytes ?? record.bytes)
}

async function fetchOnce(source: WeightsSource, part: PartFile, wanted: Wanted, terms: FetchTerms): Promise<void> {
  const held = { bytes: part.bytes, record: part.record, isChecked: wanted.sha256 !== null }
  using answer = await source.open(wanted.address, held, terms.signal)
  refuseOther(answer.record, wanted)
  const totalBytes = wanted.bytes ?? answer.record.bytes
  await part.begin(answer.record, answer.from)
  if (totalBytes !== null) await refuseTooLarge(wanted.name, part, totalBytes - part.bytes)
  terms.onBytes(part.bytes, totalBytes)
  await take(answer, part, totalBytes, terms)
  if (totalBytes !== null && part.bytes < totalBytes) {
    const message = `${wanted.name}: the answer ended after ${part.bytes} of ${totalBytes} bytes`
    throw new Failure('CONNECTION_LOST', message, { retryable: true })
  }
}

async function take(
  { body }: WeightsAnswer,
  part: PartFile,
  totalBytes: number | null,
  { onBytes }: FetchTerms,
): Promise<void> {
  for await (const chunk of body) {
    if (totalBytes !== null && part.bytes + chunk.length > totalBytes) {
      throw new Failure('DOWNLOAD_CORRUPT', `the server sent more than the ${totalBytes} bytes that it should have`)
    }
    await part.append(chunk)
    onBytes(part.bytes, totalBytes)
  }
}

/** Before gigabytes are fetched in vain. */
function refuseOther({ bytes, sha256 }: PartRecord, wanted: Wanted): void {
  if (wanted.bytes !== null && bytes !== null && bytes !== wanted.bytes) {
    throw new Failure(
      'DOWNLOAD_CORRUPT',
      `the server has a file of ${bytes} bytes, the catalogue asks for one of ${wanted.bytes}`,
    )
  }
  if (wanted.sha256 !== null && sha256 !== null && sha256 !== wanted.sha256) {
    throw new Failure(
      'DOWNLOAD_CORRUPT',
      `the server has a file with the sha256 ${sha256}, the catalogue asks for ${wanted.sha256}`,
    )
  }
}

async function refuseTooLarge(name: string, { path }: PartFile, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path))
  const freeBytes = bavail * bsize
  if (neededBytes <= freeBytes) return
  const message = `${name}: ${neededBytes} bytes are still to come, but only ${freeBytes} are free in ${dirname(path)}: make room, or set WEFT_MODELS_DIR`
  throw new Failure('DOWNLOAD_FAILED', message, { details: { neededBytes, freeBytes } })
}

async function wait(delayMs: number, { clock, signal }: FetchTerms): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = clock.startTimer(resolve, delayMs)
  const onAbort = (): void => reject(aborted(signal))
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort)
  try {
    await promise
  } finally {
    timer.stop()
    signal?.removeEventListener('abort', onAbort)
  }
}
