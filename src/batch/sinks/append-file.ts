import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Failure } from '../../core/failure.ts'
import { outputFailure } from './output-failure.ts'
import { realPlace } from './output-place.ts'

/**
 * A file that is written at its end, in whole pieces, and lies in `NAME.partial-KEY` beside its final name until it is published: so the final
 * name never holds half of a run. Calls must not overlap.
 */
export class AppendFile {
  readonly place: string
  readonly partial: string
  readonly #target: string
  readonly #handle: FileHandle
  /** Said of a failed write: whether the run can be gone on with. */
  readonly #isResumable: boolean
  #wholeBytes: number
  #failure: Failure | undefined

  /**
   * Makes missing folders, and writes through a symbolic link: its target is replaced, not the link.
   *
   * @param key of the partial file
   * @param bytes of an earlier life that are kept. Undefined: there must be no such file. If there are fewer, it begins anew at 0.
   * @throws Failure `OUTPUT_FAILED`
   */
  static async open(path: string, key: string, bytes?: number): Promise<AppendFile> {
    try {
      const target = (await isLink(path)) ? await realPlace(path) : path
      await mkdir(dirname(target), { recursive: true })
      const partial = `${target}.partial-${key}`
      const handle = await open(partial, bytes === undefined ? 'wx' : reopened, await modeFor(target))
      const kept = bytes === undefined ? 0 : await keep(handle, bytes)
      return new AppendFile({ path, target, partial, handle, bytes: kept, isResumable: bytes !== undefined })
    } catch (error) {
      throw outputFailure(path, error)
    }
  }

  private constructor(file: OpenedFile) {
    this.place = file.path
    this.partial = file.partial
    this.#target = file.target
    this.#handle = file.handle
    this.#wholeBytes = file.bytes
    this.#isResumable = file.isResumable
  }

  /** What was written whole. */
  get bytes(): number {
    return this.#wholeBytes
  }

  /** A write has failed: what it holds is not all of it, and it cannot be published. */
  get isBroken(): boolean {
    return this.#failure !== undefined
  }

  /** All of it or nothing: what a full disk took of it is cut off again. @throws Failure `OUTPUT_FAILED`, and again ever after */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      for (let written = 0; written < bytes.length; ) {
        const position = this.#wholeBytes + written
        written += (await this.#handle.write(bytes, written, bytes.length - written, position)).bytesWritten
      }
      this.#wholeBytes += bytes.length
    } catch (error) {
      throw await this.#fail(error)
    }
  }

  async sync(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      await this.#handle.datasync()
    } catch (error) {
      throw await this.#fail(error)
    }
  }

  /** Gives it its final name, with the permissions of what it replaces; both survive a power cut. @throws Failure `OUTPUT_FAILED` */
  async publish(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      const before = await stat(this.#target).catch(() => undefined)
      if (before !== undefined) await this.#handle.chmod(before.mode)
      await this.#handle.sync()
      await this.#handle.close()
      await rename(this.partial, this.#target)
      await syncFolder(dirname(this.#target))
    } catch (error) {
      const failure = await this.#fail(error)
      await this.leave()
      throw failure
    }
  }

  /** Of what lies under its final name now. Undefined: nothing does. */
  async bytesBefore(): Promise<number | undefined> {
    return (await stat(this.#target).catch(() => undefined))?.size
  }

  /** Leaves nothing of it. Never throws. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    await unlink(this.partial).catch(() => undefined)
  }

  /** Leaves what was written where it is, and nothing where that is nothing. Never throws. */
  async leave(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    if (this.#wholeBytes === 0) await unlink(this.partial).catch(() => undefined)
  }

  async #fail(error: unknown): Promise<Failure> {
    await this.#handle.truncate(this.#wholeBytes).catch(() => undefined)
    const partial = this.#wholeBytes > 0 ? this.partial : undefined
    this.#failure = outputFailure(this.place, error, { partial, isResumable: this.#isResumable })
    return this.#failure
  }
}

interface OpenedFile {
  readonly path: string
  readonly target: string
  readonly partial: string
  readonly handle: FileHandle
  readonly bytes: number
  readonly isResumable: boolean
}

/** Made if it is missing, and never through a link that somebody has put there. Windows has no such flag. */
const reopened = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false
}

/** What others may not read in the file that is replaced, they may not read before: but we must be able to open it again. */
async function modeFor(target: string): Promise<number> {
  const before = await stat(target).catch(() => undefined)
  return before === undefined ? 0o666 : (before.mode & 0o777) | 0o600
}

/** Cuts off what lies beyond `bytes`. @returns what is left: 0 when it was less, or does not end in a whole line there */
async function keep(handle: FileHandle, bytes: number): Promise<number> {
  try {
    const stats: Stats = await handle.stat()
    // By another name it is a file of somebody else, or a copy of theirs (cp -l), which would be cut with it.
    if (!stats.isFile() || stats.nlink > 1) throw Object.assign(new Error('in the way'), { code: 'EEXIST' })
    const kept = stats.size >= bytes && (await endsLine(handle, bytes)) ? bytes : 0
    await handle.truncate(kept)
    return kept
  } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
}

async function endsLine(handle: FileHandle, bytes: number): Promise<boolean> {
  if (bytes === 0) return true
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, bytes - 1)
  return buffer[0] === lf
}

const lf = 10

/** A name survives a power cut when its folder does. Some systems (Windows) cannot open a folder, and need none of it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder)
    await handle.sync()
  } catch {
    // It was renamed all the same.
  }
}
