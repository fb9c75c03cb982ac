import type { DoneRecord, UnreadRecord } from '../../src/batch/record.ts'
import type { Page } from '../../workers/reading/page.ts'

const tail = { attempts: 1, queuedMs: 0.1, runMs: 12.5 }

export function doneRecord(input: string, page: Partial<Page> = {}): DoneRecord {
  const value: Page = {
    url: 'https://a.example/final',
    title: 'A title',
    byline: null,
    publishedAt: null,
    language: null,
    markdown: 'Some text.',
    summary: null,
    bytes: 10,
    charset: 'utf-8',
    ...page,
  }
  return { id: 'r1/0', input, status: 'done', value, ...tail }
}

export function failedRecord(input: string): UnreadRecord {
  return {
    id: 'r1/1',
    input,
    status: 'failed',
    failure: { code: 'TIMEOUT', message: 'slow', retryable: true },
    ...tail,
  }
}
