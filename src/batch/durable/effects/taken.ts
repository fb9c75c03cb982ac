import type { Recorded } from '../../../journal/journal.ts'

/** It was there when its run came to it: another run had done it, or failed at it. */
export function isTaken(work: Recorded): boolean {
  return (work.state === 'done' || work.state === 'dead') && work.figures.attempts === 0
}
