import type { SettledStates, StoredRun, StoredSettled, StoredWork, WorkStates } from '../../workers/journal/protocol.ts'
import { Failure, type FailureRecord } from '../core/failure.ts'
import type { Marks, Recorded, RunRow, RunState, Settled } from './journal.ts'

// What the journal's thread keeps, and what it stands for.

export const workStates: WorkStates = { dropped: -1, started: 0, done: 1, failed: 2, dead: 3, undoing: 4, undone: 5 }
export const settledStates: SettledStates = { done: 0, failed: 1, skipped: 2 }

const workStateNames = ['started', 'done', 'failed', 'dead', 'undoing', 'undone'] as const
export const settledStateNames: readonly Settled['status'][] = ['done', 'failed', 'skipped']

export function runRow({ number: _, marks, state, ...row }: StoredRun): RunRow {
  return { ...row, state: state as RunState, marks: JSON.parse(marks) as Marks }
}

export function recorded({ item, step, key, state, attempts, queuedMs, runMs, value, damage }: StoredWork): Recorded {
  const work = { item, step, key }
  const figures = { attempts, queuedMs, runMs }
  const name = workStateNames[state]!
  // It was done and nobody knows with which result: to do it again is for somebody to decide, so it does not count as one that may be retried.
  if (damage !== undefined) {
    return { ...work, state: 'dead', failure: new Failure('JOURNAL_CORRUPT', damage).toJSON(), figures }
  }
  if (name === 'started') return { ...work, state: name, attempt: attempts }
  if (name === 'done') return { ...work, state: name, value, figures }
  if (name === 'failed' || name === 'dead') {
    return { ...work, state: name, failure: JSON.parse(value) as FailureRecord, figures }
  }
  return { ...work, state: name, value }
}

export function settledItem({ status, isDead, failure, ...row }: StoredSettled): Settled {
  return {
    ...row,
    status: settledStateNames[status]!,
    isDead: isDead === 1,
    failure: failure === '' ? undefined : (JSON.parse(failure) as FailureRecord),
  }
}
