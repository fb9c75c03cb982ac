import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Failure } from '../../core/failure.ts'
import { fileFailure } from '../file-failure.ts'

/**
 * A file as it was when it was opened: what is appended later is not read, and that it was replaced or cut is an error instead of other items.
 */
export interface FileSnapshot {
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** Of path, size, time of change and the first and last 64 KiB, as JSON. */
  readonly identity: string
  /**
   * The bytes from an offset to the size, in pieces of at most 32 KiB, each read when it is asked for.
   *
   * @throws Failure `SOURCE_FAILED` when the file was cut or replaced meanwhile; `FILE_UNREADABLE`
   */
  bytes(offset: number, signal?: AbortSignal): AsyncGenerator<Buffer>
}

/**
 * @param shown the path as a user would write it, for messages
 * @throws Failure `FILE_UNREADABLE`
 */
export async function openSnapshot(path: string, shown: string): Promise<FileSnapshot> {
  return reading(shown, async () => {
    await using handle = await open(path)
    const { size, mtimeNs, dev, ino } = await handle.stat({ bigint: true })
    const bytes = Number(size)
    const hash = await hashOfEnds(handle, bytes)
    const identity = JSON.stringify({ path, size: bytes, mtimeNs: String(mtimeNs), hash })
    const file = { path, shown, size: bytes, node: `${dev}:${ino}`, mtimeNs, hash }
    return { path, size: bytes, identity, bytes: (offset, signal) => bytesOf(file, offset, signal) }
  })
}

/** How much is read at once: a line of it is decoded and parsed within a few milliseconds. */
export const pieceBytes = 32_768

interface KnownFile {
  readonly path: string
  readonly shown: string
  readonly size: number
  /** Device and inode. */
  readonly node: string
  readonly mtimeNs: bigint
  /** Of its ends. */
  readonly hash: string
}

async function* bytesOf(file: KnownFile, offset: number, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  await using handle = await reading(file.shown, () => open(file.path))
  const { dev, ino, mtimeNs } = await handle.stat({ bigint: true })
  if (`${dev}:${ino}` !== file.node) throw changed(file.shown, 'another file has taken its place')
  // What was appended changes the time, and not what stands before it.
  if (mtimeNs !== file.mtimeNs && (await reading(file.shown, () => hashOfEnds(handle, file.size))) !== file.hash)
    throw changed(file.shown, 'it was written anew')
  for (let position = offset; position < file.size; ) {
    if (signal?.aborted) return
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, file.size - position))
    const { bytesRead } = await reading(file.shown, () => handle.read(piece, 0, piece.length, position))
    if (bytesRead === 0) throw changed(file.shown, `it had ${file.size} bytes and was cut to ${position}`)
    position += bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

function changed(shown: string, how: string): Failure {
  return new Failure(
    'SOURCE_FAILED',
    `${shown} was changed while it was read: ${how}; restore it, or begin a new run`,
    {
      details: { path: shown },
    },
  )
}

const endBytes = 65_536

async function hashOfEnds(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256')
  for (const position of [0, Math.max(0, size - endBytes)]) {
    const length = Math.min(endBytes, size - position)
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position)
    hash.update(buffer.subarray(0, bytesRead))
  }
  return hash.digest('base64url').slice(0, 22)
}

async function reading<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw Failure.is(error) ? error : fileFailure(shown, error)
  }
}
