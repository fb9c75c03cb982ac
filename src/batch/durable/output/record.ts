import type { FailureRecord } from '../../../core/failure.ts'
import type { Settled } from '../../../journal/journal.ts'
import type { OutputRecord } from '../../sinks/record-sink.ts'
import type { Level } from '../item/shape.ts'

/**
 * The record of an item's end: one line of JSON, its keys in the order in which they are printed.
 *
 * @param value of one that is done
 */
export function recordOf(row: Settled, input: unknown, value: unknown): OutputRecord {
  const { id, status, failure, attempts } = row
  const times = { attempts, queuedMs: toTenths(row.queuedMs), runMs: toTenths(row.runMs) }
  const record = { id, input, status, ...endOf(status, value, failure), ...times }
  return { id, input, status, value, line: `${JSON.stringify(record)}\n` }
}

/** What comes up to a second barrier is part of what comes out of it, and has no record of its own. */
export function isPart({ isBehindCollect, endsIn }: Level, { status }: Settled): boolean {
  return isBehindCollect && endsIn === 'collect' && status === 'done'
}

function endOf(status: Settled['status'], value: unknown, failure: FailureRecord | undefined): object {
  if (status === 'done') return { value: value ?? null }
  return status === 'failed' ? { failure } : { cause: failure }
}

function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
