import { jsonLine } from '../../src/batch/sinks/json-line.ts'
import type { OutputRecord } from '../../src/batch/sinks/record-sink.ts'

export function outputRecord(number: number, value: unknown, input: unknown = `input ${number}`): OutputRecord {
  const record = { id: String(number), input, status: 'done' as const, value }
  return { ...record, line: jsonLine(record) }
}

export function failedOutput(number: number): OutputRecord {
  const failure = { code: 'TIMEOUT', message: 'too\nslow', retryable: true }
  const record = { id: String(number), input: `input ${number}`, status: 'failed' as const }
  return { ...record, value: undefined, line: jsonLine({ ...record, failure }) }
}
