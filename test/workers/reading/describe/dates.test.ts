import { expect, test } from 'vitest'
import { isoMoment } from '../../../../workers/reading/describe/dates.ts'

test.each([
  ['2025-10-20T08:00:00Z', '2025-10-20T08:00:00Z'],
  ['2025-10-20T08:00:00.123+02:00', '2025-10-20T08:00:00.123+02:00'],
  ['2025-10-20 08:00:00 +0200', '2025-10-20T08:00:00+02:00'],
  ['2025-10-20T08:00:00', '2025-10-20T08:00:00'],
  ['2025-10-20 08:00 UTC', '2025-10-20T08:00Z'],
  ['2025-10-20', '2025-10-20'],
  ['20251020', '2025-10-20'],
  ['2025/10/20', '2025-10-20'],
  ['2025-10', '2025-10'],
  ['2025', '2025'],
  ['Mon, 20 Oct 2025 08:00:00 GMT', '2025-10-20T08:00:00Z'],
  ['October 20, 2025', '2025-10-20'],
  ['20 Oct 2025 08:30', '2025-10-20T08:30:00'],
])('%o is %o', (written, expected) => {
  expect(isoMoment(written)).toBe(expected)
})

test.each([
  undefined,
  '',
  'yesterday',
  '3 hours ago',
  '2025-13-01',
  '0000-00-00',
  'May',
  '1',
  'x'.repeat(1000),
  '12:30',
])('%o is no date', (written) => {
  expect(isoMoment(written)).toBeUndefined()
})
