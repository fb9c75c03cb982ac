import fc from 'fast-check'
import { expect } from 'vitest'
import type { Marks, Recorded, RunJournal, Settled } from '../../src/journal/journal.ts'
import { newRun, type Subject } from './conformance.ts'
import { all, done, failure, figures, marks, settled, work } from './records.ts'

/** What a run holds, said as simply as can be. */
class Model {
  marks: Marks = marks(0)
  work: Recorded[] = []
  ends: { settled: Settled; isOpen: boolean }[] = []
  sequence = 0

  set(entry: Recorded): void {
    this.work = [...this.work.filter((old) => old.item !== entry.item || old.step !== entry.step), entry]
  }

  at(item: number, step: number): Recorded | undefined {
    return this.work.find((old) => old.item === item && old.step === step)
  }
}

interface State {
  readonly model: Model
  readonly subject: Subject
  readonly id: string
  run: RunJournal
}

type Step = (state: State) => Promise<unknown> | unknown

const item = fc.integer({ min: 0, max: 5 })
const step = fc.integer({ min: 0, max: 2 })
const key = fc.constantFrom('a', 'b')
const value = fc.oneof(
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom('"A"', '"B"').map((text) => text.repeat(30_000)),
)

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(item, step, key).map(
    ([item, step, key]): Step =>
      ({ run, model }) => {
        run.started(work(item, step, key), 3)
        model.set({ ...work(item, step, key), state: 'started', attempt: 3 })
      },
  ),
  fc.tuple(item, step, key, value).map(
    ([item, step, key, value]): Step =>
      ({ run, model }) => {
        run.done(work(item, step, key), value, figures)
        model.set(done(item, step, value, key))
      },
  ),
  fc.tuple(item, step, key, fc.boolean()).map(
    ([item, step, key, isDead]): Step =>
      ({ run, model }) => {
        run.failed(work(item, step, key), failure, isDead, figures)
        model.set({ ...work(item, step, key), state: isDead ? 'dead' : 'failed', failure, figures })
      },
  ),
  fc.tuple(item, step, key, fc.boolean()).map(
    ([item, step, key, isOver]): Step =>
      ({ run, model }) => {
        if (isOver) run.undone(work(item, step, key))
        else run.undoing(work(item, step, key))
        const found = model.at(item, step)
        if (found?.key !== work(item, step, key).key || (found.state !== 'done' && found.state !== 'undoing')) return
        model.set({ ...work(item, step, key), state: isOver ? 'undone' : 'undoing', value: found.value })
      },
  ),
  fc.tuple(item, fc.constantFrom<Settled['status']>('done', 'failed', 'skipped'), fc.boolean()).map(
    ([item, status, isDead]): Step =>
      ({ run, model }) => {
        const end = settled(item, ++model.sequence, {
          status,
          isDead: status === 'failed' && isDead,
          segment: item % 2,
        })
        run.settled(end)
        model.ends = [...model.ends.filter((old) => old.settled.item !== item), { settled: end, isOpen: false }]
      },
  ),
  fc.nat(9).map(
    (bytes): Step =>
      ({ run, model }) => {
        model.marks = marks(bytes)
        run.mark(model.marks)
      },
  ),
  fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).map(
    ([failed, dead, skipped]): Step =>
      async ({ run, model }) => {
        let changes = 0
        for (const end of model.ends) {
          const { status, isDead } = end.settled
          const isWanted = status === 'failed' ? (isDead ? dead : failed) : status === 'skipped' && skipped
          if (end.isOpen || !isWanted) continue
          end.isOpen = true
          changes++
        }
        const open = new Set(model.ends.filter((end) => end.isOpen).map((end) => end.settled.item))
        const isForgotten = { failed, dead } as Readonly<Record<string, boolean>>
        model.work = model.work.filter(({ item, state }) => !open.has(item) || isForgotten[state] !== true)
        expect(await run.reopen({ failed, dead, skipped })).toBe(changes)
      },
  ),
  fc.constant<Step>(({ run }) => run.committed()),
  fc.constant<Step>(async (state) => {
    await state.run[Symbol.asyncDispose]()
    await state.subject.restart()
    state.run = await state.subject.journal.open(state.id)
  }),
)

/** Random sequences of records, commits and restarts, each compared with the model at its end. */
export async function sequences(subject: () => Promise<Subject>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (taken) => {
      await using on = await subject()
      const { id } = await on.journal.begin(newRun)
      const state: State = { model: new Model(), subject: on, id, run: await on.journal.open(id) }
      state.run.mark(state.model.marks)
      for (const take of taken) await take(state)
      await compare(state)
      await state.run[Symbol.asyncDispose]()
    }),
    { numRuns: 40 },
  )
}

async function compare({ model, run }: State): Promise<void> {
  const known = [...(await run.recall([0, 1, 2, 3, 4, 5])).values()].flat()
  const inOrder = [...model.work].sort((one, other) => one.item - other.item || one.step - other.step)
  expect(known).toEqual(inOrder)
  expect(await run.interrupted()).toEqual(inOrder.filter(({ state }) => state === 'started'))
  expect(run.run.marks).toEqual(model.marks)
  const ends = [...model.ends].sort((one, other) => one.settled.sequence - other.settled.sequence)
  expect(await all(run.settledAfter(0))).toEqual(ends.filter((end) => !end.isOpen).map((end) => end.settled))
  expect(await all(run.settledNotDone())).toEqual(
    ends.filter((end) => !end.isOpen && end.settled.status !== 'done').map((end) => end.settled),
  )
  const open = model.ends.filter((end) => end.isOpen).map((end) => end.settled)
  open.sort((one, other) => one.segment - other.segment || one.item - other.item)
  expect(await all(run.reopened())).toEqual(open)
  await run.index()
  for (const { key } of model.work.filter(({ state }) => state === 'done')) expect(run.mayHave(key)).toBe(true)
}
