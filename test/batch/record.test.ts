import { describe, expect, it } from 'vitest'
import type { Input } from '../../src/batch/input.ts'
import { readRecord } from '../../src/batch/record.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { noUsage } from '../../src/core/usage.ts'
import type { Page } from '../../workers/reading/page.ts'

const input: Input = { input: 'https://a.example/x', target: { kind: 'url', url: 'https://a.example/x' } }
const settled = {
  id: 'r1/0',
  name: 'read',
  index: 0,
  input,
  attempts: 2,
  retried: [],
  queuedMs: 1.25,
  runMs: 1234.5678,
  usage: { ...noUsage, bytes: 10 },
}
const page: Page = {
  url: 'https://a.example/x',
  title: 'X',
  byline: null,
  publishedAt: null,
  language: 'en',
  markdown: '# X',
  summary: null,
  bytes: 12,
  charset: 'utf-8',
}
const failure = new Failure('HTTP_STATUS', '503 from a.example', { retryable: true, cause: new Error('inner') })
const failureRecord = {
  code: 'HTTP_STATUS',
  message: '503 from a.example',
  retryable: true,
  cause: { name: 'Error', message: 'inner' },
}
const tail = { attempts: 2, queuedMs: 1.3, runMs: 1234.6 }

describe('readRecord', () => {
  it.each<[Outcome<Page, Input>, object]>([
    [
      { ...settled, status: 'done', value: page },
      { status: 'done', value: page },
    ],
    [
      { ...settled, status: 'failed', failure },
      { status: 'failed', failure: failureRecord },
    ],
    [
      { ...settled, status: 'skipped', cause: failure },
      { status: 'skipped', cause: failureRecord },
    ],
    [
      { ...settled, status: 'cancelled', reason: 'interrupted' },
      { status: 'cancelled', reason: 'interrupted' },
    ],
  ])('describes an outcome as plain JSON, keys in order', (outcome, expected) => {
    const text = JSON.stringify(readRecord(outcome))
    expect(text).toBe(JSON.stringify({ id: 'r1/0', input: 'https://a.example/x', ...expected, ...tail }))
  })
})
