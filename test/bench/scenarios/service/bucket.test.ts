import { describe, expect, it } from 'vitest'
import { Bucket } from '../../../../bench/scenarios/service/bucket.ts'

describe('a provider’s bucket', () => {
  it('lets a burst in, says how long until the next, and fills no higher than the burst', () => {
    let now = 0
    const bucket = new Bucket({ requestsPerMinute: 60, burst: 2 }, () => now)
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual(['taken', 'taken', 1_000])
    now = 400
    expect(bucket.take()).toBe(600)
    now = 1_000
    expect(bucket.take()).toBe('taken')
    now = 3_600_000
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual(['taken', 'taken', 1_000])
  })
})
