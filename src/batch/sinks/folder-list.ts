import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppendFile } from './append-file.ts'
import { isRecordFileName, slugOf } from './file-name.ts'
import { outputFailure } from './output-failure.ts'

/**
 * The names of the files that a job wrote into a folder, a line each, in `.weft-JOB.files`: so that its next run knows which ones were its own.
 * A name is listed before its file is written, and may be listed twice or without a file.
 */
export interface FolderList {
  add(names: readonly string[]): Promise<void>
  sync(): Promise<void>
  /** Removes what the list of the last run names and this one does not, then takes that one's place. */
  publish(): Promise<void>
  close(): Promise<void>
}

/** @throws Failure `OUTPUT_FAILED` */
export async function openFolderList(folder: string, job: string, key: string): Promise<FolderList> {
  const path = join(folder, `.weft-${slugOf(job)}.files`)
  const left = await wholeLines(`${path}.partial-${key}`)
  const file = await AppendFile.open(path, key, left)
  return {
    add: async (names) => {
      if (names.length > 0) await file.append(Buffer.from(`${names.join('\n')}\n`))
    },
    sync: () => file.sync(),
    publish: async () => {
      const current = new Set(await namesIn(file.partial))
      for (const name of await namesIn(path)) {
        // Somebody may have edited the list: it names nothing but files of ours.
        if (!current.has(name) && isRecordFileName(name)) await remove(join(folder, name))
      }
      await file.publish()
    },
    close: () => file.leave(),
  }
}

/** Bytes up to the last line that is whole. */
async function wholeLines(path: string): Promise<number> {
  const isThere = await stat(path).catch(() => undefined)
  return isThere === undefined ? 0 : (await readFile(path)).lastIndexOf(10) + 1
}

async function namesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter((name) => name !== '')
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw outputFailure(path, error)
  })
}
