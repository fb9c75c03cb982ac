import { expect, it } from 'vitest'
import { askedOf } from '../../../src/cli/jobs/ask-interrupted.ts'
import { stopNotes } from '../../../src/cli/jobs/stop-notes.ts'
import { each } from '../../support/jobs.ts'

it('names the steps whose work is in the dark when a run is stopped at once', () => {
  const read = each('read', () => {})
  const order = each('order', () => {}, { effects: true, onInterrupted: 'fail' })
  const put = each('put', () => {}, { effects: true, onInterrupted: 'rerun' })
  const plain = 'stopping now: what runs is given up, and done again when the run goes on'
  expect(stopNotes({ steps: [read, put], runtime: {} }).cancel).toBe(plain)
  expect(stopNotes({ steps: [read, put, order], runtime: {} }).cancel).toBe(
    `${plain}; not so what order has on: that may take effect still, and when the run goes on onInterrupted decides`,
  )
})

it('asks about an item with its id and the beginning of its input, without control characters', () => {
  expect(askedOf('order', '0', { to: 'a\u202eb' })).toBe('order of item 0 ({"to":"a\\u{202e}b"})')
  expect(askedOf('order', '7', 'x'.repeat(100))).toBe(`order of item 7 ("${'x'.repeat(78)}…)`)
})
