import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { errorCodeOf, Failure, messageOf } from '../../src/core/failure.ts'

/**
 * Texts of more characters than this go to a file of their own. Up to about 256 KB a row is written faster than a file is made (64 KB: 0.2 ms
 * and 1 ms); but a database full of such rows is written twice, once into its log, and keeps equal ones each.
 */
const largeLength = 65_536

/** Large texts, each in a file that is named by its SHA-256: `values/ab/cdef…`. Equal texts are one file. */
export class ValueFiles {
  readonly #folder: string
  readonly #isSynced: boolean

  constructor(folder: string, isSynced: boolean) {
    this.#folder = join(folder, 'values')
    this.#isSynced = isSynced
  }

  /**
   * A text as its column has it: itself, or where its file lies. The file is there, whole, before a row that names it is committed.
   */
  put(text: string): string | Uint8Array {
    if (text.length <= largeLength) return text
    const content = Buffer.from(text, 'utf8')
    const hash = createHash('sha256').update(content).digest()
    const path = this.#pathOf(hash.toString('hex'))
    if (!isThere(path, content)) this.#write(path, content)
    return hash
  }

  /** @throws Failure `JOURNAL_CORRUPT` when the file is gone or is not what was written */
  get(stored: string | Uint8Array): string {
    if (typeof stored === 'string') return stored
    const name = Buffer.from(stored).toString('hex')
    const path = this.#pathOf(name)
    const content = read(path)
    if (createHash('sha256').update(content).digest('hex') !== name) throw damaged(path, 'its content has changed')
    return content.toString('utf8')
  }

  /** Removes all files but these, named in hexadecimal. Gives the bytes that were freed. */
  keepOnly(names: ReadonlySet<string>): number {
    let bytes = 0
    for (const prefix of list(this.#folder)) {
      for (const rest of list(join(this.#folder, prefix))) {
        if (names.has(prefix + rest)) continue
        const path = join(this.#folder, prefix, rest)
        bytes += statSync(path).size
        rmSync(path)
      }
    }
    return bytes
  }

  get isEmpty(): boolean {
    return list(this.#folder).length === 0
  }

  #pathOf(name: string): string {
    return join(this.#folder, name.slice(0, 2), name.slice(2))
  }

  #write(path: string, content: Buffer): void {
    const folder = dirname(path)
    const isNew = !existsSync(folder)
    if (isNew) mkdirSync(folder, { recursive: true })
    const temporary = `${path}.${randomUUID()}`
    try {
      writeFileSync(temporary, content, { flush: this.#isSynced })
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    if (!this.#isSynced) return
    // A name is only there after a power cut when its folder was synced, and a new folder when the one around it was.
    syncFolder(folder)
    if (isNew) {
      syncFolder(this.#folder)
      syncFolder(dirname(this.#folder))
    }
  }
}

/** Makes the names in a folder survive a power cut. Windows cannot, and needs not. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A file that was damaged is written again by whoever has its content. */
function isThere(path: string, content: Buffer): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.size !== content.length) return false
  return readFileSync(path).equals(content)
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw damaged(path, errorCodeOf(error) === 'ENOENT' ? 'it is gone' : messageOf(error))
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return []
    throw error
  }
}

function damaged(path: string, what: string): Failure {
  return new Failure(
    'JOURNAL_CORRUPT',
    `a recorded value in ${path} cannot be read: ${what}; what it was of must be done again`,
  )
}
