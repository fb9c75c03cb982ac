import { describe, expect, it } from 'vitest'
import { columns } from '../../src/cli/columns.ts'
import { PullMeter } from '../../src/cli/pull-meter.ts'

const MB = 1024 ** 2
const fetched = (megabytes: number, total: number | null = 100) =>
  ({ name: 'm', phase: 'fetch', doneBytes: megabytes * MB, totalBytes: total === null ? null : total * MB }) as const

describe('PullMeter', () => {
  it('says how far, how fast and how long', () => {
    const meter = new PullMeter()
    expect(meter.line(fetched(40), 0)).toBe('m: 40 % of 100 MB')
    // What was here before does not count as fast.
    expect(meter.line(fetched(50), 2_000)).toBe('m: 50 % of 100 MB, 5 MB/s, about 10.00 s left')
    expect(meter.line(fetched(100), 12_000)).toBe('m: 100 % of 100 MB, 5 MB/s')
    expect(meter.line({ ...fetched(25), phase: 'verify' }, 13_000)).toBe('m: checking, 25 % of 100 MB')
  })

  it('goes by the last seconds', () => {
    const meter = new PullMeter()
    meter.line(fetched(0), 0)
    meter.line(fetched(80), 1_000)
    meter.line(fetched(81), 7_000)
    expect(meter.line(fetched(82), 8_000)).toBe('m: 82 % of 100 MB, 1 MB/s, about 18.00 s left')
  })

  it('begins anew when the file does, and does without a size', () => {
    const meter = new PullMeter()
    meter.line(fetched(50), 0)
    expect(meter.line(fetched(1), 1_000)).toBe('m: 1 % of 100 MB')
    expect(meter.line(fetched(3, null), 2_000)).toBe('m: 3 MB, 2 MB/s')
  })
})

describe('columns', () => {
  it('makes every column as wide as its widest cell', () => {
    const rows = [
      ['a', 'size', 'x'],
      ['long', '5', ''],
    ]
    expect(columns(rows, [1])).toEqual(['a     size  x', 'long     5'])
  })
})
