import type { RunRow, RunState } from './journal.ts'
import { writerOf } from './journal-lock.ts'

/** A run as it stands for whoever looks at it from another process. */
export interface SeenRun extends Omit<RunRow, 'state'> {
  /** `interrupted`: left under way by a process that is gone. */
  readonly state: RunState | 'interrupted'
}

/**
 * Tells runs that are under way from those that a dead process has left so.
 *
 * @param folder of the journal
 * @param read gives rows of it
 */
export async function seenRuns(folder: string, read: () => Promise<readonly RunRow[]>): Promise<SeenRun[]> {
  // Asked on both sides of the rows: a process that ends says first how its run ended, and goes then; one that begins comes the other way round.
  const before = await writerOf(folder)
  const rows = await read()
  if (rows.every(({ state }) => state !== 'running')) return [...rows]
  const writer = before ?? (await writerOf(folder))
  return rows.map((row) => (isLeft(row, writer) ? { ...row, state: 'interrupted' } : row))
}

/** Nobody is there, or has been only since after its last change: then it is at another run. */
function isLeft({ state, updatedAt }: RunRow, writer: Awaited<ReturnType<typeof writerOf>>): boolean {
  if (state !== 'running') return false
  return writer === undefined || (writer.since !== undefined && updatedAt < writer.since)
}
