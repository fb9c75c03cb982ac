import type { Page } from '../../workers/reading/page.ts'
import type { FailureRecord } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Input } from './input.ts'

/** One line of what `weft read` gives: plain JSON data. */
export type ReadRecord = DoneRecord | UnreadRecord

export interface DoneRecord extends RecordFrame {
  readonly status: 'done'
  readonly value: Page
}

/** An input that gave no page, and why. */
export type UnreadRecord = RecordFrame &
  (
    | { readonly status: 'failed'; readonly failure: FailureRecord }
    | { readonly status: 'skipped'; readonly cause: FailureRecord }
    | { readonly status: 'cancelled'; readonly reason: string }
  )

interface RecordFrame {
  readonly id: string
  /** The URL, or the path as a user would write it. */
  readonly input: string
  /** Attempts started; 0 when it never ran. */
  readonly attempts: number
  /** In milliseconds, to one decimal, as is `runMs`. */
  readonly queuedMs: number
  readonly runMs: number
}

/** The record of an outcome. Its keys stand in the order in which they are printed. */
export function readRecord(outcome: Outcome<Page, Input>): ReadRecord {
  const head = { id: outcome.id, input: outcome.input.input }
  const tail = {
    attempts: outcome.attempts,
    queuedMs: toTenths(outcome.queuedMs),
    runMs: toTenths(outcome.runMs),
  }
  switch (outcome.status) {
    case 'done':
      return { ...head, status: 'done', value: outcome.value, ...tail }
    case 'failed':
      return { ...head, status: 'failed', failure: outcome.failure.toJSON(), ...tail }
    case 'skipped':
      return { ...head, status: 'skipped', cause: outcome.cause.toJSON(), ...tail }
    case 'cancelled':
      return { ...head, status: 'cancelled', reason: outcome.reason, ...tail }
  }
}

function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
