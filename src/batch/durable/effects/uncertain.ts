import type { Recorded, RunJournal } from '../../../journal/journal.ts'
import { isTaken } from './taken.ts'
import { isUnknownEnd } from './unknown-end.ts'

/**
 * Work of a run at these steps that was begun, and of which nobody knows whether it took effect: without an end, or with one that does not say. What
 * was taken of another run is that one's, and what was begun to be taken back is not in it.
 */
export async function uncertainOf(run: RunJournal, positions: readonly number[]): Promise<Recorded[]> {
  const found = (await run.interrupted()).filter(({ step }) => positions.includes(step))
  for await (const work of run.failedBackwards(positions)) {
    if (isUnknownEnd(work.failure) && !isTaken(work)) found.push(work)
  }
  return found
}
