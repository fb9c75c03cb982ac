import { errorCodeOf, Failure, messageOf } from '../../src/core/failure.ts'

/** Primary result codes of SQLite, https://sqlite.org/rescode.html */
const sqliteNames: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
}

const remedies: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'there is no space left: make room',
  ENOSPC: 'there is no space left: make room',
  EDQUOT: 'the quota is used up: make room',
  SQLITE_IOERR: 'the disk refused: see that it has room and is sound',
  EFBIG: 'the file may not become larger: raise the limit',
  EIO: 'the disk refused: see that it is sound',
  SQLITE_READONLY: 'it may not be written: see the permissions of the folder and its files',
  SQLITE_CANTOPEN: 'it cannot be opened: see the permissions of the folder and its files',
  SQLITE_PERM: 'it may not be opened: see the permissions of the folder and its files',
  EACCES: 'it may not be written: see the permissions of the folder and its files',
  EPERM: 'it may not be written: see the permissions of the folder and its files',
  EROFS: 'the file system is read-only: use a folder that can be written',
  SQLITE_BUSY: 'another program has it open: end that',
}

/** What SQLite or the file system threw, as a failure that says what to do. */
export function storeFailure(thrown: unknown, folder: string): Failure {
  if (Failure.is(thrown)) return thrown
  const reason = reasonOf(thrown)
  if (reason === 'SQLITE_CORRUPT' || reason === 'SQLITE_NOTADB')
    return corruptJournal(folder, messageOf(thrown), thrown)
  const remedy = remedies[reason] ?? `it failed: ${messageOf(thrown)}`
  const message = `the journal in ${folder} cannot be used (${reason}): ${remedy}, then go on with the run; what was committed is safe`
  return new Failure('JOURNAL_FAILED', message, { details: { reason }, cause: thrown })
}

export function corruptJournal(folder: string, what: string, cause?: unknown): Failure {
  const message = `the journal in ${folder} is damaged (${what}) and is left as it is: restore it from a copy, or move the folder away to begin anew`
  return new Failure('JOURNAL_CORRUPT', message, { cause })
}

function reasonOf(thrown: unknown): string {
  const { errcode } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as { readonly errcode?: unknown }
  // The lower 8 bits of an extended result code are the primary one.
  if (typeof errcode === 'number') return sqliteNames[errcode & 255] ?? `SQLITE_${errcode & 255}`
  return errorCodeOf(thrown) ?? 'ERROR'
}
