import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppendFile, syncFolder } from './append-file.ts'
import { recordFileName } from './file-name.ts'
import { type FolderList, openFolderList } from './folder-list.ts'
import { failuresName } from './markdown-folder.ts'
import { outputFailure } from './output-failure.ts'
import { pieces, recordLine } from './record-file.ts'
import { recordMarkdown } from './record-markdown.ts'
import type { OutputRecord, RecordSink } from './record-sink.ts'
import { openFolder, syncFile, writeWhole } from './whole-file.ts'

/**
 * A Markdown file for each record that is done, in a folder, and the others as lines of `_failures.jsonl` there. Each file appears whole, under
 * a name that its record alone gives; the bytes that `append` counts are those of the list of all that was written.
 *
 * What an earlier run of the same job wrote there and this one did not is removed when it is published; nothing else ever is: see `FolderList`.
 *
 * @param job whose folder it is
 */
export function recordFolder(folder: string, job: string): RecordSink {
  return new RecordFolder(folder, job)
}

class RecordFolder implements RecordSink {
  readonly place: string
  readonly isReplayed = false
  readonly partial: undefined
  readonly #job: string
  #failures: AppendFile | undefined
  #list: FolderList | undefined
  /** Of the run. */
  #key = ''
  #unsynced = new Set<string>()

  constructor(folder: string, job: string) {
    this.place = folder
    this.#job = job
  }

  get partials(): string[] {
    return [this.#list, this.#failures].flatMap((file) => (file === undefined ? [] : [file.partial]))
  }

  async open(key: string, bytes: number): Promise<boolean> {
    await openFolder(this.place)
    const list = await openFolderList(this.place, this.#job, key, bytes)
    this.#list = list
    const failures = await AppendFile.open(join(this.place, failuresName), key, list.failureBytes)
    this.#failures = failures
    this.#key = key
    if (list.bytes === bytes && failures.bytes === list.failureBytes) return true
    // Failures are missing (a crash while the folder was published): then the list must not say that they are there.
    await this.close()
    await this.open(key, 0)
    return false
  }

  async append(records: readonly OutputRecord[]): Promise<number> {
    const { failures, list } = this.#opened()
    const done = records.filter(({ status }) => status === 'done')
    const named = done.map((record) => ({ record, name: recordFileName(record.id, record.input) }))
    for (let start = 0; start < named.length; start += filesAtOnce) {
      const group = named.slice(start, start + filesAtOnce)
      await Promise.all(group.map(({ record, name }) => this.#write(name, recordMarkdown(record))))
    }
    const others = records.filter(({ status }) => status !== 'done')
    for (const piece of pieces(others, recordLine)) await failures.append(piece)
    const names = named.map(({ name }) => name)
    await list.add(names, others.length > 0 ? failures.bytes : undefined)
    if (this.#unsynced.size > maxUnsynced) await this.sync()
    return list.bytes
  }

  async sync(): Promise<void> {
    const { failures, list } = this.#opened()
    for (const path of this.#unsynced) await syncFile(path)
    this.#unsynced = new Set()
    await syncFolder(this.place)
    await failures.sync()
    await list.sync()
  }

  async publish(): Promise<void> {
    const { failures, list } = this.#opened()
    await this.sync()
    await list.removeOld()
    await this.#publishFailures(failures)
    // Last: as long as the list has its temporary name, publishing may begin again.
    await list.publish()
  }

  async withdraw(): Promise<boolean> {
    const { failures, list } = this.#opened()
    if (!(await list.withdraw())) return false
    await failures.discard()
    return true
  }

  async close(): Promise<void> {
    await this.#failures?.leave()
    await this.#list?.close()
  }

  async #publishFailures(failures: AppendFile): Promise<void> {
    if (failures.bytes > 0) return failures.publish()
    await failures.leave()
    // The list of an earlier run into the same folder would be taken for this run's.
    await rm(join(this.place, failuresName), { force: true }).catch((error: unknown) => {
      throw outputFailure(join(this.place, failuresName), error, { isResumable: true })
    })
  }

  async #write(name: string, text: string): Promise<void> {
    const path = join(this.place, name)
    await writeWhole(path, text, this.#key)
    this.#unsynced.add(path)
  }

  #opened(): { readonly failures: AppendFile; readonly list: FolderList } {
    if (this.#failures === undefined || this.#list === undefined)
      throw new Error(`${this.place} is used before it is opened`)
    return { failures: this.#failures, list: this.#list }
  }
}

/** Within what open files and the threads of the file system bear beside everything else. */
const filesAtOnce = 16
/** Bounds what is remembered for the next `sync`. */
const maxUnsynced = 4096
