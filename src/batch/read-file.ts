import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { Failure } from '../core/failure.ts'
import { fileFailure } from './file-failure.ts'

export interface ReadFileOptions {
  /** The most bytes that are taken. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

export interface FileSource {
  /** The file's address as a `file:` URL. */
  readonly url: string
  /** The whole content, alone in a buffer of its own: it can be transferred to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * A whole file. Its size is checked before it is read, and again while: a file may grow, and some (in /proc) state none.
 *
 * @throws Failure `FILE_UNREADABLE` (missing, no permission, a folder, a pipe, a device), `BODY_TOO_LARGE`; the signal's reason
 */
export async function readFileSource(path: string, options: ReadFileOptions): Promise<FileSource> {
  options.signal?.throwIfAborted()
  const handle = await openFile(path)
  try {
    const stats = await handle.stat()
    if (!stats.isFile())
      throw new Failure('FILE_UNREADABLE', `cannot read ${path}: ${kindOf(stats)}`, { details: { path } })
    if (stats.size > options.maxBytes) throw tooLarge(path, options.maxBytes, stats.size)
    const bytes = await readAll(handle, path, stats.size, options)
    return { url: pathToFileURL(path).href, bytes }
  } catch (error) {
    if (Failure.is(error) || options.signal?.aborted) throw error
    throw fileFailure(path, error)
  } finally {
    await handle.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever. Windows has no such flag.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw fileFailure(path, error)
  }
}

async function readAll(
  handle: FileHandle,
  path: string,
  size: number,
  { maxBytes, signal }: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  // Exactly as large as stated, and the end looked for in a byte elsewhere: fitting a buffer afterwards copies all of it.
  let bytes = new Uint8Array(size)
  let length = 0
  while (true) {
    const full = length === bytes.length
    const target = full ? new Uint8Array(1) : bytes.subarray(length)
    const { bytesRead } = await handle.read(target, 0, target.length, null)
    signal?.throwIfAborted()
    if (bytesRead === 0) return full ? bytes : resized(bytes, length)
    if (length + bytesRead > maxBytes) throw tooLarge(path, maxBytes)
    if (full) {
      bytes = resized(bytes, Math.min(Math.max(length * 2, minGrowth), maxBytes))
      bytes.set(target, length)
    }
    length += bytesRead
  }
}

const minGrowth = 65_536

/** `bytes` is detached afterwards. */
function resized(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer.transfer(length))
}

function tooLarge(path: string, maxBytes: number, size?: number): Failure {
  const found = size === undefined ? 'more than that' : `${size}`
  const message = `${path} is too large: at most ${maxBytes} bytes are read, but it has ${found}; raise --max-bytes to read it`
  return new Failure('BODY_TOO_LARGE', message, {
    details: { path, maxBytes, ...(size === undefined ? {} : { size }) },
  })
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'it is a folder, not a file'
  if (stats.isFIFO())
    return 'it is a named pipe, not a file; to read names from a pipe, give - and send them to standard input'
  return 'it is a device or a socket, not a file'
}
