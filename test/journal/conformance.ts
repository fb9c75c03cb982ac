import { describe, expect, it } from 'vitest'
import type { Journal, RunJournal } from '../../src/journal/journal.ts'
import { failureOf } from '../web/loopback.ts'
import { all, done, failure, figures, marks, settled, work } from './records.ts'
import { sequences } from './sequences.ts'

/** A journal to be tested, in a place of its own. */
export interface Subject extends AsyncDisposable {
  journal: Journal
  /** Ends the process, as far as the journal can tell: what it keeps beyond that is there again. */
  restart(): Promise<void>
}

export const newRun = { name: 'job', plan: '{"steps":[]}', source: '{"file":"in.csv"}' }

/** What every implementation of the journal must do. */
export function conformance(name: string, subject: () => Promise<Subject>): void {
  const withRun = async (use: (run: RunJournal, subject: Subject) => Promise<void>): Promise<void> => {
    await using on = await subject()
    const { id } = await on.journal.begin(newRun)
    await using run = await on.journal.open(id)
    await use(run, on)
  }
  /** Uses a run, then uses it again after the process has ended. */
  const twice = async (
    first: (run: RunJournal) => Promise<void> | void,
    then: (run: RunJournal) => Promise<void>,
  ): Promise<void> => {
    await using on = await subject()
    const { id } = await on.journal.begin(newRun)
    {
      await using run = await on.journal.open(id)
      await first(run)
      await run.committed()
      await then(run)
    }
    await on.restart()
    await using again = await on.journal.open(id)
    await then(again)
  }

  describe(`${name}: runs`, () => {
    it('numbers them, newest first, and gives no number twice', async () => {
      await using on = await subject()
      const first = await on.journal.begin(newRun)
      const second = await on.journal.begin(newRun)
      expect(first).toMatchObject({ ...newRun, id: 'job-1', state: 'running' })
      expect((await on.journal.runs()).map(({ id }) => id)).toEqual(['job-2', 'job-1'])
      await on.journal.prune([second.id])
      await on.restart()
      expect((await on.journal.begin(newRun)).id).toBe('job-3')
      expect(await on.journal.run('job-1')).toEqual(first)
      expect(await on.journal.run('job-2')).toBeUndefined()
    })

    it('knows what was said of one when it began, before its first mark', async () => {
      await using on = await subject()
      const { id, marks } = await on.journal.begin(newRun, '{"isFresh":true}')
      expect(marks.account).toBe('{"isFresh":true}')
      await on.restart()
      expect((await on.journal.run(id))?.marks).toEqual(marks)
    })

    it('is open once at a time', async () => {
      await withRun(async (run, { journal }) => {
        expect(await failureOf(journal.open(run.run.id))).toMatchObject({ code: 'INVALID_INPUT' })
        expect(await failureOf(journal.prune([run.run.id]))).toMatchObject({ code: 'INVALID_INPUT' })
        await run[Symbol.asyncDispose]()
        await using again = await journal.open(run.run.id)
        const closed = expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('closed') })
        expect(() => run.started(work(1), 1)).toThrow(closed)
        expect(() => run.settled(settled(1, 1))).toThrow(closed)
        await run[Symbol.asyncDispose]()
        again.started(work(1), 1)
        expect(await again.interrupted()).toHaveLength(1)
      })
    })

    it('says which run it does not know', async () => {
      await withRun(async (run, { journal }) => {
        for (const call of [() => journal.open('job-9'), () => journal.prune(['job-9']), () => run.index('job-9')]) {
          expect(await failureOf(call())).toMatchObject({
            code: 'RUN_UNKNOWN',
            message: expect.stringContaining('job-9'),
          })
        }
      })
    })

    it('keeps state and marks, the last ones of each', async () => {
      await twice(
        async (run) => {
          run.mark(marks(1))
          run.mark(marks(7))
          await run.setState('stopped')
        },
        async ({ run }) => expect(run).toMatchObject({ state: 'stopped', marks: marks(7) }),
      )
    })

    it('keeps notes by prefix until they are forgotten', async () => {
      await using on = await subject()
      for (const name of ['batch/2', 'batch/1', 'batch%', 'other', 'Batch/3'])
        await on.journal.setNote(name, `of ${name}`)
      await on.journal.setNote('batch/2', undefined)
      await on.restart()
      expect(await on.journal.notes('batch/')).toEqual([['batch/1', 'of batch/1']])
      expect(await on.journal.notes('batch%')).toEqual([['batch%', 'of batch%']])
      expect(await on.journal.notes('')).toHaveLength(4)
    })
  })

  describe(`${name}: work`, () => {
    it('recalls by item and step what was recorded last, large values too', async () => {
      const large = JSON.stringify('ü€🙂'.repeat(20_000))
      await twice(
        (run) => {
          run.started(work(1, 0), 1)
          run.done(work(1, 0), '{"text":"ü"}', figures)
          run.failed(work(1, 1), failure, false, figures)
          run.done(work(2, 0), large, figures)
          run.failed(work(2, 1), failure, true, figures)
          run.started(work(3, 0, 'other'), 2)
          run.done(work(3, -1), '"the input"', figures)
          run.done(work(2 ** 53 - 1, 2), '1', figures)
        },
        async (run) => {
          const known = await run.recall([3, 1, 4, 2, 2 ** 53 - 1])
          expect([...known]).toEqual([
            [3, [done(3, -1, '"the input"'), { ...work(3, 0, 'other'), state: 'started', attempt: 2 }]],
            [1, [done(1, 0, '{"text":"ü"}'), { ...work(1, 1), state: 'failed', failure, figures }]],
            [4, []],
            [2, [done(2, 0, large), { ...work(2, 1), state: 'dead', failure, figures }]],
            [2 ** 53 - 1, [done(2 ** 53 - 1, 2, '1')]],
          ])
        },
      )
    })

    it('knows what was begun and has no result', async () => {
      await twice(
        async (run) => {
          for (const item of [5, 2, 9]) run.started(work(item), 1)
          await run.committed()
          run.done(work(2), '1', figures)
          run.failed(work(9), failure, false, figures)
          await run.committed()
          run.started(work(9), 2)
        },
        async (run) =>
          expect(await run.interrupted()).toEqual([
            { ...work(5), state: 'started', attempt: 1 },
            { ...work(9), state: 'started', attempt: 2 },
          ]),
      )
    })

    it('finds by key what is done, here and in the run that this one builds on', async () => {
      await using on = await subject()
      const [before, now] = [await on.journal.begin(newRun), await on.journal.begin(newRun)]
      {
        await using run = await on.journal.open(before.id)
        run.done(work(1, 0, 'one'), '"old"', figures)
        run.failed(work(2, 0, 'two'), failure, false, figures)
      }
      await on.restart()
      await using run = await on.journal.open(now.id)
      const key = (text: string): string => work(0, 0, text).key
      expect(await run.find(key('one'))).toBeUndefined()
      await run.index(before.id)
      expect(await run.find(key('one'))).toEqual(done(1, 0, '"old"', 'one'))
      expect(run.mayHave(key('one'))).toBe(true)
      expect(await run.find(key('two'))).toBeUndefined()
      expect(run.mayHave(key('never'))).toBe(false)
      run.done(work(8, 1, 'three'), '"new"', figures)
      expect(run.mayHave(key('three'))).toBe(true)
      expect(await run.find(key('three'))).toEqual(done(8, 1, '"new"', 'three'))
    })

    it('finds by key what is done in several runs that this one builds on, in the first of them that has it', async () => {
      await using on = await subject()
      const [older, newer, now] = [
        await on.journal.begin(newRun),
        await on.journal.begin(newRun),
        await on.journal.begin(newRun),
      ]
      {
        await using one = await on.journal.open(older.id)
        for (const text of ['one', 'two']) one.done(work(7, 0, text), '"older"', figures)
        await using other = await on.journal.open(newer.id)
        other.done(work(3, 0, 'one'), '"newer"', figures)
      }
      await on.restart()
      await using run = await on.journal.open(now.id)
      await run.index(newer.id, older.id)
      expect(await run.find(work(0, 0, 'one').key)).toEqual(done(3, 0, '"newer"', 'one'))
      expect(run.mayHave(work(0, 0, 'two').key)).toBe(true)
    })

    it('finds what is dead in a run that this one builds on, where it is done in none', async () => {
      await using on = await subject()
      const [older, newer, now] = [
        await on.journal.begin(newRun),
        await on.journal.begin(newRun),
        await on.journal.begin(newRun),
      ]
      {
        await using one = await on.journal.open(older.id)
        one.done(work(1, 0, 'mended'), '"older"', figures)
        await using other = await on.journal.open(newer.id)
        other.failed(work(1, 0, 'mended'), failure, true, figures)
        other.failed(work(2, 0, 'gone'), failure, true, figures)
        other.failed(work(3, 1, 'gone, too'), failure, true, figures)
        other.failed(work(4, 0, 'busy'), failure, false, figures)
      }
      await on.restart()
      await using run = await on.journal.open(now.id)
      await run.index(newer.id, older.id)
      expect(await run.find(work(0, 0, 'mended').key)).toMatchObject({ state: 'done', value: '"older"' })
      expect(run.mayHave(work(0, 0, 'gone').key)).toBe(true)
      expect(await run.find(work(0, 0, 'gone').key)).toMatchObject({ state: 'dead', item: 2, failure })
      expect(await run.find(work(0, 0, 'busy').key)).toBeUndefined()
      run.failed(work(5, 0, 'own'), failure, true, figures)
      expect(await run.find(work(0, 0, 'own').key)).toBeUndefined()
      await using other = await on.journal.open(newer.id)
      const ended = await Array.fromAsync(other.failedBackwards([0]))
      expect(ended.map(({ item, state }) => [item, state])).toEqual([
        [4, 'failed'],
        [2, 'dead'],
        [1, 'dead'],
      ])
    })

    it('does not find a key whose first 53 bits alone are the same', async () => {
      await withRun(async (run) => {
        run.done(work(1, 0, 'AAAAAAAAAAAAAAAAAAAAAA'), '1', figures)
        expect(await run.find('AAAAAAAAABBBBBBBBBBBBB')).toBeUndefined()
        expect(await run.find('AAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({ value: '1' })
      })
    })

    it('gives what is done backwards, later steps first, and takes it back', async () => {
      await twice(
        (run) => {
          for (const item of [1, 2, 3])
            for (const step of [0, 1, 2]) run.done(work(item, step), `${item}${step}`, figures)
          run.undoing(work(3, 2))
          run.undone(work(3, 2))
          run.undoing(work(2, 2))
          run.undoing(work(1, 0, 'another key'))
          run.undone(work(7, 0))
        },
        async (run) => {
          const rows = await all(run.doneBackwards([0, 2]))
          expect(rows.map(({ item, step, state }) => [item, step, state])).toEqual([
            [2, 2, 'undoing'],
            [1, 2, 'done'],
            [3, 0, 'done'],
            [2, 0, 'done'],
            [1, 0, 'done'],
          ])
          expect(rows[0]).toEqual({ ...work(2, 2), state: 'undoing', value: '22' })
          expect((await run.recall([3])).get(3)!.at(-1)).toEqual({ ...work(3, 2), state: 'undone', value: '32' })
          expect(await run.find(work(3, 2).key)).toBeUndefined()
        },
      )
    })
  })

  describe(`${name}: settled items`, () => {
    it('gives them by number and by the order in which they settled', async () => {
      const ended = [
        settled(5, 1),
        settled(2, 2, { status: 'failed', isDead: true, failure }),
        settled(9, 3, { status: 'skipped', failure, input: JSON.stringify('x'.repeat(100_000)) }),
        settled(0, 4, { segment: 1, id: 'report' }),
        settled(5, 5, { id: '0.5', step: 3 }),
      ]
      await twice(
        (run) => {
          for (const item of ended) run.settled(item)
        },
        async (run) => {
          expect(await all(run.settledFrom(0, 0))).toEqual([ended[1], ended[4], ended[0], ended[2]])
          expect(await all(run.settledFrom(0, 6))).toEqual([ended[2]])
          expect(await all(run.settledFrom(1, 0))).toEqual([ended[3]])
          expect(await all(run.settledAfter(0))).toEqual(ended)
          expect(await all(run.settledAfter(3))).toEqual(ended.slice(3))
        },
      )
    })

    it('makes failed, dead and skipped ones open again, until they are settled anew', async () => {
      await using on = await subject()
      const { id } = await on.journal.begin(newRun)
      const [failed, dead, skipped] = [
        settled(1, 2, { status: 'failed', failure }),
        settled(2, 3, { status: 'failed', isDead: true, failure }),
        settled(3, 4, { status: 'skipped', failure }),
      ]
      {
        await using run = await on.journal.open(id)
        for (const item of [settled(0, 1), failed, dead, skipped]) run.settled(item)
        run.done(work(1, 0), '1', figures)
        run.failed(work(1, 1), failure, false, figures)
        run.failed(work(2, 0), failure, true, figures)
        const counts = async () =>
          (await on.journal.settledCounts(id)).map(({ status, count }) => [status, count]).sort()
        expect(await counts()).toEqual([
          ['done', 1],
          ['failed', 2],
          ['skipped', 1],
        ])
        expect(await on.journal.settledItems(id)).toBe(4)
        expect(await all(run.settledNotDone())).toEqual([failed, dead, skipped])
        expect(await on.journal.settledCounts(id, 2)).toHaveLength(2)
        expect(await on.journal.settledCounts(id, 3)).toEqual([{ segment: 0, step: 1, status: 'skipped', count: 1 }])
        expect(await on.journal.settledCounts(id, 4)).toEqual([])
        expect(await run.reopen({ failed: true, dead: false, skipped: true })).toBe(2)
        expect(await counts()).toEqual([
          ['done', 1],
          ['failed', 1],
        ])
        expect(await on.journal.settledItems(id)).toBe(2)
        expect(await run.reopen({ failed: true, dead: false, skipped: true })).toBe(0)
        run.settled({ ...skipped, status: 'done', failure: undefined, sequence: 5 })
      }
      await on.restart()
      await using run = await on.journal.open(id)
      expect(await all(run.reopened())).toEqual([failed])
      expect((await all(run.settledAfter(0))).map(({ item }) => item)).toEqual([0, 2, 3])
      expect((await all(run.settledFrom(0, 0))).map(({ item }) => item)).toEqual([0, 2, 3])
      expect(await all(run.settledNotDone())).toEqual([dead])
      expect((await run.recall([1, 2])).get(1)).toEqual([done(1, 0, '1')])
      expect((await run.recall([1, 2])).get(2)).toMatchObject([{ state: 'dead' }])
      expect(await run.reopen({ failed: false, dead: true, skipped: false })).toBe(1)
      expect((await run.recall([2])).get(2)).toEqual([])
    })

    it('counts those of the source apart from what was made of them', async () => {
      await using on = await subject()
      const { id } = await on.journal.begin(newRun)
      await using run = await on.journal.open(id)
      for (const item of [settled(0, 1), settled(1, 2), settled(0, 3, { segment: 1 })]) run.settled(item)
      expect(await on.journal.settledItems(id)).toBe(2)
    })

    it('reads thousands of them page by page', async () => {
      await withRun(async (run) => {
        for (let item = 0; item < 2_500; item++) {
          run.settled(settled(2_499 - item, item + 1, item % 2 === 0 ? {} : { status: 'skipped' }))
          run.done(work(item), String(item), figures)
        }
        expect((await all(run.settledFrom(0, 100))).map(({ item }) => item)).toEqual(count(100, 2_500))
        expect((await all(run.settledAfter(500))).map(({ sequence }) => sequence)).toEqual(count(501, 2_501))
        expect((await all(run.doneBackwards([0]))).map(({ item }) => item)).toEqual(count(0, 2_500).reverse())
        expect(await run.reopen({ failed: false, dead: false, skipped: true })).toBe(1_250)
        expect(await all(run.reopened())).toHaveLength(1_250)
      })
    })

    it('forgets pruned runs and nothing else', async () => {
      await using on = await subject()
      const [old, kept] = [await on.journal.begin(newRun), await on.journal.begin(newRun)]
      const large = JSON.stringify('y'.repeat(100_000))
      for (const { id } of [old, kept]) {
        await using run = await on.journal.open(id)
        run.done(work(1, 0), large, figures)
        run.settled(settled(1, 1))
      }
      await on.journal.prune([old.id])
      await on.restart()
      await using run = await on.journal.open(kept.id)
      expect((await run.recall([1])).get(1)).toEqual([done(1, 0, large)])
      expect(await all(run.settledAfter(0))).toEqual([settled(1, 1)])
    })
  })

  describe(`${name}: any sequence`, () => {
    it('is what a model of it is', async () => {
      await sequences(subject)
    })
  })
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at)
}
