import { describe, expect, it } from 'vitest'
import { batchRoom, firstBatchRoom } from '../../src/schedule/limits.ts'
import { Room } from '../../src/schedule/room.ts'
import { Ticker } from '../../src/schedule/ticker.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'

/** What the lane was told, in order. */
function roomOf(mode: 'direct' | 'batch') {
  const told: string[] = []
  const lane = { running: 0, pump: () => void told.push('pump') }
  const room = new Room({ mode }, lane, { call: () => void told.push('call') }, new Ticker(new ManualClock()))
  return { told, lane, room }
}

describe('the room of a lane', () => {
  it('has no end where requests are asked one by one', () => {
    const { lane, room } = roomOf('direct')
    lane.running = 1_000_000
    expect(room.isFull).toBe(false)
  })

  it('is small in batches until it is known how large requests are, and never large', () => {
    const { room } = roomOf('batch')
    expect(room.leases).toBe(firstBatchRoom)
    room.leases = Number.POSITIVE_INFINITY
    expect(room.leases).toBe(batchRoom)
  })

  it('wakes its lane when it grows, and all that had nothing to offer when it opens', () => {
    const { told, lane, room } = roomOf('batch')
    room.leases = 0
    expect(room.isFull).toBe(true)
    room.leases = 0
    expect(told).toEqual([])
    room.leases = 1
    expect(told).toEqual(['call', 'pump'])
    lane.running = 1
    expect(room.isFull).toBe(true)
    room.leases = 2
    room.leases = 2
    expect(told).toEqual(['call', 'pump', 'pump'])
    expect(room.isFull).toBe(false)
  })
})
