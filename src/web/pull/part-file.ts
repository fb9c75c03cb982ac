import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as v from 'valibot'

/** Of what a part is the beginning: what a server said when it began to send it. */
export interface PartRecord {
  readonly address: string
  /** A strong one: names exactly these bytes. */
  readonly etag: string | null
  /** Of the whole, by the server. */
  readonly sha256: string | null
  /** Of the whole, by the server. */
  readonly bytes: number | null
}

/**
 * A file on its way: `PATH.part` holds what has arrived, `PATH.part.json` says of what it is the beginning. Both outlive the process, however
 * that ends. The final name is only ever given to a whole file, in one step.
 */
export class PartFile implements AsyncDisposable {
  readonly path: string
  readonly #final: string
  #handle: FileHandle | undefined
  #record: PartRecord | undefined
  #bytes: number

  /** What an earlier pull left, or nothing. */
  static async open(final: string): Promise<PartFile> {
    const found = await stat(partOf(final)).catch(() => undefined)
    return new PartFile(final, found?.size ?? 0, await readRecord(recordOf(final)))
  }

  private constructor(final: string, bytes: number, record: PartRecord | undefined) {
    this.path = partOf(final)
    this.#final = final
    this.#bytes = bytes
    this.#record = record
  }

  /** How much has arrived. */
  get bytes(): number {
    return this.#bytes
  }

  /** Undefined when nobody knows of what the part is the beginning. */
  get record(): PartRecord | undefined {
    return this.#record
  }

  /** From here on `append` adds what follows the first `keptBytes`; the rest of the part is dropped. */
  async begin(record: PartRecord, keptBytes: number): Promise<void> {
    this.#handle ??= await open(this.path, 'a')
    // First the old bytes go, then the record changes: never does a record stand beside bytes of something else.
    if (keptBytes < this.#bytes) await this.#handle.truncate(keptBytes)
    this.#bytes = Math.min(keptBytes, this.#bytes)
    await writeFile(recordOf(this.#final), JSON.stringify(record))
    this.#record = record
  }

  async append(chunk: Uint8Array): Promise<void> {
    try {
      await this.#handle!.appendFile(chunk)
      this.#bytes += chunk.length
    } catch (error) {
      // Of a full disk the last chunk may have got a part.
      this.#bytes = (await this.#handle!.stat()).size
      throw error
    }
  }

  /** Gives the whole file its final name, once its bytes are on the disk. */
  async finish(): Promise<void> {
    this.#handle ??= await open(this.path, 'a')
    await this.#handle.sync()
    await this[Symbol.asyncDispose]()
    await rename(this.path, this.#final)
    await syncFolder(dirname(this.#final))
    await rm(recordOf(this.#final), { force: true })
  }

  async discard(): Promise<void> {
    await this[Symbol.asyncDispose]()
    await removePart(this.#final)
    this.#bytes = 0
    this.#record = undefined
  }

  /** Closes the file and keeps what has arrived. */
  async [Symbol.asyncDispose](): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }
}

/** Removes what an unfinished pull of this file has left. */
export async function removePart(final: string): Promise<void> {
  for (const path of [partOf(final), recordOf(final)]) await rm(path, { force: true })
}

function partOf(final: string): string {
  return `${final}.part`
}

function recordOf(final: string): string {
  return `${final}.part.json`
}

const record = v.object({
  address: v.string(),
  etag: v.nullable(v.string()),
  sha256: v.nullable(v.string()),
  bytes: v.nullable(v.number()),
})

async function readRecord(path: string): Promise<PartRecord | undefined> {
  try {
    return v.parse(record, JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** So that the new name, too, survives a power cut. Windows opens no folders, and needs none of this. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
