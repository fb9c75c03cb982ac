import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { aborted } from '../failures.ts'

/** Bytes of one turn: a fraction of a millisecond of hashing, so that the event loop goes on turning. */
const pieceBytes = 256 * 1024

/**
 * The sha256 of a file as it lies on the disk, in hexadecimal.
 *
 * @param onBytes told how far it is
 * @throws Failure the signal's reason
 */
export async function checksum(path: string, onBytes: (done: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  let done = 0
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
    if (signal?.aborted) throw aborted(signal)
    hash.update(piece as Buffer)
    done += (piece as Buffer).length
    onBytes(done)
  }
  return hash.digest('hex')
}
