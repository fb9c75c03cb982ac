import { errorCodeOf, Failure, messageOf } from '../core/failure.ts'

/** What a failed file operation means to the caller: `FILE_UNREADABLE`, with the path, the reason and a way out. */
export function fileFailure(path: string, error: unknown): Failure {
  const code = errorCodeOf(error)
  const reason = reasons[code ?? ''] ?? messageOf(error)
  return new Failure('FILE_UNREADABLE', `cannot read ${path}: ${reason}`, {
    cause: error,
    retryable: code !== undefined && passing.has(code),
    details: { path, ...(code === undefined ? {} : { errno: code }) },
  })
}

/** These pass when other work has finished, so the same attempt may succeed later. */
const passing = new Set(['EMFILE', 'ENFILE', 'EBUSY', 'EAGAIN'])

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'permission denied; check who may read it and the folders above it',
  EPERM: 'permission denied; check who may read it and the folders above it',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the path, or a name in it, is too long for this system',
  ENXIO: 'it is a socket or a device, not a file',
  EMFILE: 'too many files are open; lower --concurrency or raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EBUSY: 'another program holds it',
}
