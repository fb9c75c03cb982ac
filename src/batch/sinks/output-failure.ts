import { errorCodeOf, Failure, messageOf } from '../../core/failure.ts'

export interface OutputState {
  /** Where earlier records are. */
  readonly partial?: string | undefined
  /** Whether the run is durable. */
  readonly isResumable?: boolean
}

/** What a failed write means to the caller: the place, the reason, what to do, and where earlier records are. */
export function outputFailure(place: string, error: unknown, { partial, isResumable }: OutputState = {}): Failure {
  if (Failure.is(error)) return error
  const errno = errorCodeOf(error)
  if (errno !== undefined && closed.has(errno)) {
    return new Failure('OUTPUT_CLOSED', `the reader of ${place} has closed it`, { cause: error })
  }
  const reason = reasons[errno ?? ''] ?? messageOf(error)
  const rescue = partial === undefined ? '' : `; the records written so far are in ${partial}`
  const wayOn = isResumable ? '; nothing that was done is lost: run the job again, and it goes on from here' : ''
  return new Failure('OUTPUT_FAILED', `cannot write to ${place}: ${reason}${rescue}${wayOn}`, {
    cause: error,
    details: { place, ...(errno === undefined ? {} : { errno }), ...(partial === undefined ? {} : { partial }) },
  })
}

const closed = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'EOF'])

const permission = 'permission denied; choose another place with --out, or change who may write there'

const reasons: Readonly<Record<string, string>> = {
  EACCES: permission,
  EPERM: permission,
  EROFS: 'the disk is read-only; choose another place with --out',
  ENOSPC: 'no space is left on the disk; free some, or choose another place with --out',
  EDQUOT: 'the disk quota is used up; free some space, or choose another place with --out',
  EFBIG: 'the file has reached the largest size allowed here; choose another place with --out',
  EISDIR: 'it is a folder; end it with a slash to get one .md per item, or give a file name',
  EEXIST: 'a file of that name is in the way; choose another name with --out',
  ELOOP: 'its symbolic links lead in a circle, or one lies where its temporary file belongs; remove it',
  EBUSY: 'another program holds it, or it is a mount of its own; choose another place with --out',
  ENOTDIR: 'a part of the path is a file, not a folder; choose another place with --out',
  ENAMETOOLONG: 'the name is too long for this system; choose a shorter one with --out',
  EMFILE: 'too many files are open; lower --concurrency or raise the limit (ulimit -n)',
}
