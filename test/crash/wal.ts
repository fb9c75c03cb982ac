import { readFile, rm, truncate, writeFile } from 'node:fs/promises'

/** A log as a power cut left it: what is there is on the disk, and no later cut takes it. */
export interface Survived {
  readonly header: Buffer
  /** Up to the end of its last whole commit. */
  readonly bytes: number
  readonly lostBytes: number
}

/**
 * What a power cut may leave of a write-ahead log whose every commit was synced before the next one began (`synchronous = FULL`): all of it up
 * to the last commit but one, and of the rest anything. https://sqlite.org/fileformat2.html#the_write_ahead_log
 *
 * The cut is harsher than it need be: that last commit may have been synced, too. What was copied into the database already had been synced
 * before and is left as it is.
 *
 * @param random gives numbers in [0, 1)
 * @param before what the last cut has left
 */
export async function cutPower(database: string, random: () => number, before?: Survived): Promise<Survived> {
  const path = `${database}-wal`
  const log = await readFile(path).catch(() => Buffer.alloc(0))
  const index = await readFile(`${database}-shm`).catch(() => Buffer.alloc(0))
  // It is never synced: it is made again from the log.
  await rm(`${database}-shm`, { force: true })
  const header = Buffer.from(log.subarray(0, headerBytes))
  const onDisk = before?.header.equals(header) ? before.bytes : 0
  const safe = Math.min(log.length, Math.max(onDisk, commitsOf(log).lastButOne, checkpointedBytes(log, index)))
  const kept = safe + Math.floor(random() * (log.length - safe))
  if (random() < 0.5) {
    await truncate(path, kept).catch(() => undefined)
  } else if (kept < log.length) {
    for (let at = kept; at < log.length; at += 1) log[at] = Math.floor(random() * 256)
    await writeFile(path, log)
  }
  return { header, bytes: commitsOf(log.subarray(0, kept)).last, lostBytes: log.length - kept }
}

const headerBytes = 32
const frameHeaderBytes = 24

/** Where the last commits end, of those that belong to this round of the log. */
function commitsOf(log: Buffer): { readonly lastButOne: number; readonly last: number } {
  if (log.length < headerBytes) return { lastButOne: 0, last: 0 }
  const frameBytes = frameBytesOf(log)
  const salt = log.subarray(16, 24)
  // The header of a round is synced before its frames.
  let lastButOne = headerBytes
  let last = headerBytes
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break
    const isCommit = log.readUInt32BE(at + 4) > 0
    if (!isCommit) continue
    lastButOne = last
    last = at + frameBytes
  }
  return { lastButOne, last }
}

/** Frames that a checkpoint copied, or was about to: `nBackfillAttempted` of the log's index. */
function checkpointedBytes(log: Buffer, index: Buffer): number {
  if (log.length < headerBytes || index.length < 132) return 0
  const frames = Math.max(index.readUInt32LE(96), index.readUInt32LE(128))
  return frames === 0 ? 0 : headerBytes + frames * frameBytesOf(log)
}

function frameBytesOf(log: Buffer): number {
  return frameHeaderBytes + log.readUInt32BE(8)
}
