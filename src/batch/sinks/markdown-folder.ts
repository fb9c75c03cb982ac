import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '../../../workers/reading/page.ts'
import type { ReadRecord, UnreadRecord } from '../record.ts'
import { FileNames } from './file-name.ts'
import { withFrontMatter } from './front-matter.ts'
import { openJsonlFile } from './jsonl-file.ts'
import type { Sink } from './sink.ts'
import { openFolder, writeWhole } from './whole-file.ts'

/** Lists every item that gave no page. Its underscore keeps it apart from the pages, whose names never begin with one. */
export const failuresName = '_failures.jsonl'

/**
 * One Markdown file per page into a folder, which is made if need be, and what gave no page into `_failures.jsonl` there.
 * Each file appears whole, under its final name (see `FileNames`), while the run goes on; the list of failures when it closes.
 * A process that is killed may leave `.NAME.partial-XXXXXX` and `_failures.jsonl.partial-XXXXXX` files.
 *
 * @throws Failure `OUTPUT_FAILED`
 */
export async function openMarkdownFolder(folder: string): Promise<Sink<ReadRecord>> {
  await openFolder(folder)
  return new MarkdownFolder(folder)
}

class MarkdownFolder implements Sink<ReadRecord> {
  readonly place: string
  readonly partial: undefined
  readonly #names = new FileNames()
  readonly #writing = new Set<Promise<void>>()
  /** Opened by the first failure, so that a run without any leaves no list. */
  #failures: Promise<Sink<object>> | undefined

  constructor(folder: string) {
    this.place = folder
  }

  async write(record: ReadRecord): Promise<void> {
    const written = record.status === 'done' ? this.#writePage(record.input, record.value) : this.#writeFailure(record)
    const settled = written.catch(() => undefined).finally(() => this.#writing.delete(settled))
    this.#writing.add(settled)
    await written
  }

  async close(): Promise<void> {
    await Promise.all(this.#writing)
    if (this.#failures !== undefined) return (await this.#failures).close()
    // The list of an earlier run into the same folder would be taken for this run's.
    await rm(join(this.place, failuresName), { force: true })
  }

  async abandon(): Promise<void> {
    await Promise.all(this.#writing)
    await this.#failures?.then((sink) => sink.abandon()).catch(() => undefined)
  }

  async #writePage(input: string, page: Page): Promise<void> {
    await writeWhole(join(this.place, this.#names.next(input)), withFrontMatter(page))
  }

  async #writeFailure(record: UnreadRecord): Promise<void> {
    this.#failures ??= openJsonlFile(join(this.place, failuresName))
    await (await this.#failures).write(record)
  }
}
