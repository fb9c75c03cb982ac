import type { FailureRecord } from '../../../core/failure.ts'

/** Of work that ended like this nobody knows whether it did what it was to do: what is given up when its time is over may have. */
export function isUnknownEnd({ code }: Pick<FailureRecord, 'code'>): boolean {
  return code === 'INTERRUPTED' || code === 'TIMEOUT'
}
