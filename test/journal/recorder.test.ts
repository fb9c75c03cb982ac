import { describe, expect, it } from 'vitest'
import type { CommittingThread } from '../../src/journal/recorder.ts'
import { Recorder } from '../../src/journal/recorder.ts'
import type { Group } from '../../workers/journal/protocol.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'
import { figures, settled, work } from './records.ts'

/** A thread whose commits end when the test says so. */
function scripted() {
  const groups: Group[] = []
  const ends: (() => void)[] = []
  const call = (_: string, [group]: readonly [Group]): Promise<void> => {
    groups.push(group)
    return new Promise((resolve) => ends.push(resolve))
  }
  const thread = { place: 'here', failure: undefined, call } as unknown as CommittingThread
  const clock = new ManualClock()
  return { groups, ends, clock, recorder: new Recorder(thread, false, clock) }
}

/** Items of the rows of work in a group that are to be written. */
function written({ work }: Group): number[] {
  const rows: number[] = []
  for (let at = 0; at < work.length; at += 7) if (work[at + 3] !== -1) rows.push(work[at + 1]!)
  return rows
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Recorder', () => {
  it('commits what was recorded within 5 ms as one group', async () => {
    const { groups, clock, recorder } = scripted()
    recorder.log.done(1, work(1), '1', figures)
    await clock.advance(4)
    recorder.log.done(1, work(2), '2', figures)
    recorder.log.settled(1, settled(1, 1))
    expect(groups).toEqual([])
    await clock.advance(1)
    expect(groups.map(written)).toEqual([[1, 2]])
    expect(groups[0]!.settledTexts).toEqual(['1', settled(1, 1).input, ''])
  })

  it('commits at the end of the tick where somebody waits', async () => {
    const { groups, ends, recorder } = scripted()
    recorder.log.done(1, work(1), '1', figures)
    const committed = [recorder.committed(), recorder.committed()]
    recorder.log.done(1, work(2), '1', figures)
    expect(groups).toEqual([])
    await turn()
    expect(groups.map(written)).toEqual([[1, 2]])
    expect(recorder.backlogBytes).toBeGreaterThan(0)
    ends[0]!()
    await Promise.all(committed)
    await recorder.committed()
    expect(recorder.backlogBytes).toBe(0)
  })

  it('gathers the next group while one is committed', async () => {
    const { groups, ends, clock, recorder } = scripted()
    recorder.log.done(1, work(1), '1', figures)
    await clock.advance(5)
    recorder.log.done(1, work(2), '1', figures)
    await clock.advance(5)
    recorder.log.done(1, work(3), '1', figures)
    const committed = recorder.committed()
    await turn()
    expect(groups.map(written)).toEqual([[1]])
    ends[0]!()
    await turn()
    expect(groups.map(written)).toEqual([[1], [2, 3]])
    ends[1]!()
    await committed
  })

  it('leaves out what was begun where its end is in the same group', async () => {
    const { groups, clock, recorder } = scripted()
    recorder.log.started(1, work(1), 1)
    recorder.log.started(1, work(2), 1)
    recorder.log.started(2, work(3), 1)
    recorder.log.failed(1, work(1), { code: 'X', message: '', retryable: true }, false, figures)
    recorder.log.started(1, work(1), 2)
    recorder.log.done(1, work(3), '1', figures)
    await clock.advance(5)
    expect(groups.map(written)).toEqual([[2, 3, 1, 1, 3]])
    recorder.log.done(1, work(2), '1', figures)
    recorder.flush()
    expect(groups.map(written)[1]).toEqual([2])
  })

  it('sends much at once without waiting', () => {
    const { groups, recorder } = scripted()
    for (let item = 0; item < 12; item++) recorder.log.done(1, work(item), 'x'.repeat(100_000), figures)
    expect(groups).toHaveLength(1)
  })
})
