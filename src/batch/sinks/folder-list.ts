import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCodeOf } from '../../core/failure.ts'
import { textLines } from '../sources/line-format.ts'
import { readItems } from '../sources/read-items.ts'
import { sourceStart } from '../sources/source.ts'
import { AppendFile } from './append-file.ts'
import { isRecordFileName, slugOf } from './file-name.ts'
import { failuresName } from './markdown-folder.ts'
import { outputFailure } from './output-failure.ts'

/**
 * What a job wrote into a folder, in `.weft-JOB.files` there (a hash behind the name of a job that is no plain `a-z 0-9 -`): a line for each file, and after failures one with the bytes of their list. By it
 * a run that goes on sees what is there, and the next run which files were its own.
 */
export interface FolderList {
  /** Of the list itself: those that the journal is told of. */
  readonly bytes: number
  /** Where it lies until it is published. */
  readonly partial: string
  /** Of the list of failures, up to here. */
  readonly failureBytes: number
  /** Behind the files that are named. @param failureBytes where failures were written with them */
  add(names: readonly string[], failureBytes: number | undefined): Promise<void>
  sync(): Promise<void>
  /** Removes what the list of the last run names and this one does not. */
  removeOld(): Promise<void>
  /** Takes the place of the list of the last run. */
  publish(): Promise<void>
  /** Leaves that of the last run. False: there is none. */
  withdraw(): Promise<boolean>
  close(): Promise<void>
}

/**
 * @param bytes as in `RecordSink.open`: if there are fewer, the list begins anew
 * @throws Failure `OUTPUT_FAILED`
 */
export async function openFolderList(folder: string, job: string, key: string, bytes: number): Promise<FolderList> {
  const path = join(folder, `.weft-${ownName(job)}.files`)
  const file = await AppendFile.open(path, key, bytes)
  const failureBytes = await failureBytesIn(file.partial).catch(async (error: unknown) => {
    await file.leave()
    throw error
  })
  return {
    get bytes() {
      return file.bytes
    },
    partial: file.partial,
    failureBytes,
    add: async (names, failureBytes) => {
      const lines = failureBytes === undefined ? names : [...names, `${failureMark}${failureBytes}`]
      if (lines.length > 0) await file.append(Buffer.from(`${lines.join('\n')}\n`))
    },
    sync: () => file.sync(),
    removeOld: async () => {
      const current = new Set<string>()
      for await (const name of linesIn(file.partial)) current.add(name)
      for await (const name of linesIn(path, true)) {
        // Somebody may have edited the list: nothing is removed that is not named like a file of ours.
        if (!current.has(name) && isRecordFileName(name)) await remove(join(folder, name))
      }
    },
    publish: () => file.publish(),
    withdraw: async () => {
      if (!(await file.bytesBefore())) return false
      await file.discard()
      return true
    },
    close: () => file.leave(),
  }
}

/** No two jobs have the same, also where case does not count: one would remove the other's files. */
function ownName(job: string): string {
  const slug = slugOf(job)
  return slug === job ? slug : `${slug}-${createHash('sha256').update(job).digest('hex').slice(0, 10)}`
}

/** Stands for no file name, for those have no space. */
const failureMark = `${failuresName} `

async function failureBytesIn(path: string): Promise<number> {
  let bytes = 0
  for await (const line of linesIn(path))
    if (line.startsWith(failureMark)) bytes = Number(line.slice(failureMark.length))
  return bytes
}

/** @throws Failure `OUTPUT_FAILED`: taken for an empty list, it would have the files of this run removed */
async function* linesIn(path: string, mayBeMissing = false): AsyncGenerator<string> {
  try {
    const reader = textLines(path).reader(sourceStart)
    for await (const { input } of readItems(createReadStream(path), reader)) yield String(input)
  } catch (error) {
    if (!mayBeMissing || errorCodeOf(error) !== 'ENOENT') throw outputFailure(path, error, { isResumable: true })
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw outputFailure(path, error, { isResumable: true })
  })
}
