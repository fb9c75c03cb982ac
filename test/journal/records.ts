import type { FailureRecord } from '../../src/core/failure.ts'
import type { Marks, Recorded, Settled, Work, WorkFigures } from '../../src/journal/journal.ts'
import { noMarks } from '../../src/journal/marks.ts'

export const figures: WorkFigures = { attempts: 1, queuedMs: 0.5, runMs: 12.25 }
export const failure: FailureRecord = { code: 'HTTP_STATUS', message: 'it said 404', retryable: false }

export function work(item: number, step = 0, key = `${item}-${step}`): Work {
  return { item, step, key: key.padEnd(22, '_') }
}

export function done(item: number, step: number, value: string, key?: string): Recorded {
  return { ...work(item, step, key), state: 'done', value, figures }
}

export function settled(item: number, sequence: number, more: Partial<Settled> = {}): Settled {
  return {
    ...figures,
    segment: 0,
    item,
    sequence,
    id: String(item),
    input: JSON.stringify({ name: `item ${item}` }),
    offset: item * 20,
    line: item + 1,
    status: 'done',
    isDead: false,
    failure: undefined,
    step: 1,
    ...more,
  }
}

export function marks(sequence: number): Marks {
  return { ...noMarks, output: { bytes: 100 * sequence, sequence } }
}

export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}
