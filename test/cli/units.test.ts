import { describe, expect, it } from 'vitest'
import { parseDuration, parseSize } from '../../src/cli/units.ts'

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1.5h', 5_400_000],
    [' 2 minutes ', 120_000],
  ])('takes %j as %i ms', (text, expected) => {
    expect(parseDuration(text, '--timeout')).toBe(expected)
  })

  it.each(['', 'soon', '-3s', '0s', '3 parsecs', 's', '1e3s', '30s30s', 'Infinity'])('refuses %j', (text) => {
    expect(() => parseDuration(text, '--timeout')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `--timeout expected a length of time such as 500ms, 30s or 2m, but got ${JSON.stringify(text)}`,
      }),
    )
  })

  it('refuses a bare number as ambiguous', () => {
    expect(() => parseDuration('30', '--timeout')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: '--timeout expected a unit, but got 30: write 30s or 30ms',
      }),
    )
  })

  it('refuses what a timer cannot wait for', () => {
    expect(parseDuration('24d', '--timeout')).toBeLessThan(2 ** 31)
    expect(() => parseDuration('25d', '--timeout')).toThrow('at most 24 days')
  })
})

describe('parseSize', () => {
  it.each([
    ['10mb', 10_485_760],
    ['1.5 KB', 1_536],
    ['1gb', 1_073_741_824],
    ['800', 800],
    ['12b', 12],
  ])('takes %j as %i bytes', (text, expected) => {
    expect(parseSize(text, '--max-bytes')).toBe(expected)
  })

  it.each(['', '0', '0mb', '-1mb', 'big', '10xb', '10mbx', '1e3', '99999999tb', '1.5'])('refuses %j', (text) => {
    expect(() => parseSize(text, '--max-bytes')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `--max-bytes expected a size such as 500kb, 10mb or 1gb, but got ${JSON.stringify(text)}`,
      }),
    )
  })
})
