import { describe, expect, it } from 'vitest'
import { jsonOf } from '../../../../src/batch/durable/item/content-key.ts'
import type { JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import { rollBack } from '../../../../src/batch/durable/roll-back/roll-back.ts'
import type { JobPlan } from '../../../../src/batch/job/plan.ts'
import type { Step } from '../../../../src/batch/steps/step.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { collect, each, expand, filter, planOf, select, sourceOf } from '../../../support/jobs.ts'
import { MortalJournal } from '../../../support/mortal-journal.ts'

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

/** An account book: each order reserves, then charges; `log` has all that was done outside, in its order. */
function orders(
  inputs: readonly unknown[],
  log: string[],
  fails: (what: string) => boolean = () => false,
  done: (what: string) => void = () => {},
): JobPlan {
  const step = (name: string) =>
    each(name, () => {}, {
      effects: true,
      onInterrupted: 'fail',
      prepare: ({ input }) => input,
      run: async (order) => {
        log.push(`${name} ${order}`)
        done(`${name} ${order}`)
        return `${name} of ${order}`
      },
      compensate: async (order, value) => {
        expect(value).toBe(`${name} of ${order}`)
        if (fails(`${name} ${order}`)) throw new Error('the bank is closed')
        log.push(`undo ${name} ${order}`)
      },
      retry: { maxAttempts: 1 },
    })
  return planOf([step('reserve'), step('charge')], inputs, { concurrency: 1 })
}

describe('rolling back', () => {
  it('takes back what was done, the last first, and the job may be run anew', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const { id } = await run(orders([1, 2], log), { journal })
    log.length = 0
    expect(await rollBack(orders([1, 2], log), { journal, runId: id })).toMatchObject({ undone: 4, isComplete: true })
    expect(log).toEqual(['undo charge 2', 'undo charge 1', 'undo reserve 2', 'undo reserve 1'])
    log.length = 0
    expect(await rollBack(orders([1, 2], log), { journal, runId: id })).toMatchObject({ undone: 0 })
    const again = await run(orders([1, 2], log), { journal })
    expect(again).toMatchObject({ id: 'job-2', tally: { done: 2 } })
    expect(log).toHaveLength(4)
  })

  it('that fails at something goes on there, and the run is not gone on with meanwhile', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const { id } = await run(orders([1, 2], log), { journal })
    log.length = 0
    const failing = orders([1, 2], log, (what) => what === 'charge 1')
    const first = await rollBack(failing, { journal, runId: id })
    expect(first).toMatchObject({
      undone: 3,
      failed: 1,
      isComplete: false,
      failures: [{ code: 'COMPENSATION_FAILED' }],
    })
    const retry = openJobRun(orders([1, 2], log), {
      journal,
      runId: id,
      retry: { failed: true, dead: true, skipped: true },
    })
    await expect(retry).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    log.length = 0
    expect(await rollBack(orders([1, 2], log), { journal, runId: id })).toMatchObject({ undone: 1, isComplete: true })
    expect(log).toEqual(['undo charge 1'])
  })

  it('names what may have happened, and no new run does that unasked', async () => {
    for (const isRecorded of [false, true]) {
      const mortal = new MortalJournal(memoryJournal())
      const { journal } = mortal
      const log: string[] = []
      const inputs = ['a', 'b', 'c']
      // The process dies while the charge of b is on: what of it is known is that it was begun.
      const dies = (what: string): void => {
        if (what === 'charge b') mortal.left = 0
      }
      const dying = orders(inputs, log, undefined, dies)
      const { id } = await run(dying, { journal })
      mortal.left = Number.POSITIVE_INFINITY
      // Its next life says so in its records.
      if (isRecorded) expect(await run(orders(inputs, log), { journal })).toMatchObject({ id, tally: { failed: 1 } })
      log.length = 0
      const uncertain = { uncertain: 1, uncertainWork: [{ step: 'charge', id: '1', input: 'b' }] }
      expect(await rollBack(orders(inputs, log), { journal, runId: id })).toMatchObject(uncertain)
      const undone = ['undo charge a', 'undo reserve b', 'undo reserve a']
      expect(log).toEqual(
        isRecorded ? ['undo charge c', 'undo charge a', 'undo reserve c', ...undone.slice(1)] : undone,
      )
      expect(await journal.run(id)).toMatchObject({ state: 'rolled-back' })
      for (const expected of [['reserve a', 'charge a', 'reserve b', 'reserve c', 'charge c'], []]) {
        log.length = 0
        expect(await run(orders(inputs, log), { journal })).toMatchObject({ tally: { done: 2, failed: 1 } })
        expect(log).toEqual(expected)
      }
      const all = { failed: true, dead: true, skipped: true }
      expect(await run(orders(inputs, log), { journal, retry: all })).toMatchObject({ tally: { done: 3 } })
      expect(log).toEqual(['charge b'])
    }
  })

  it('names what failed after it was called, also of a run that was rolled back before', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const inputs = ['a', 'b', 'c']
    const throws = (what: string): void => {
      if (what === 'charge b') throw new Error('no answer')
    }
    const job = (): JobPlan => orders(inputs, log, undefined, throws)
    const first = await run(job(), { journal })
    const uncertain = { uncertain: 1, uncertainWork: [{ step: 'charge', what: 'run', id: '1', input: 'b' }] }
    expect(await rollBack(job(), { journal, runId: first.id })).toMatchObject({ undone: 5, ...uncertain })
    const second = await run(job(), { journal })
    expect(log.filter((what) => what === 'charge b')).toHaveLength(1)
    expect(await rollBack(job(), { journal, runId: second.id })).toMatchObject({
      undone: 5,
      uncertain: 0,
      standing: [{ run: first.id, effects: 0, uncertain: 1 }],
    })
  })

  it('takes back the effects of the run alone, and what others took of them is undone for them', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const first = await run(orders([1, 2], log), { journal })
    const second = await run(orders([1, 2, 3], log), { journal })
    expect(log).toHaveLength(6)
    log.length = 0
    await rollBack(orders([1, 2, 3], log), { journal, runId: second.id })
    expect(log).toEqual(['undo charge 3', 'undo reserve 3'])
    const third = await run(orders([1, 2, 4], log), { journal })
    log.length = 0
    await rollBack(orders([1, 2], log), { journal, runId: first.id })
    expect(log).toHaveLength(4)
    log.length = 0
    // The third run has taken of the first what is undone now, and has its own.
    expect(third.tally.done).toBe(3)
    await run(orders([1, 4], log), { journal })
    expect(log).toEqual(['reserve 1', 'charge 1'])
  })

  it('that dies anywhere is gone on with, and what others took is done anew like the rest', async () => {
    for (const left of Array.from({ length: 16 }, (_, at) => at)) {
      const mortal = new MortalJournal(memoryJournal())
      const { journal } = mortal
      const log: string[] = []
      const { id } = await run(orders([1, 2], log), { journal })
      await run(orders([1, 2, 3], log), { journal })
      log.length = 0
      mortal.left = left
      await rollBack(orders([1, 2], log), { journal, runId: id }).catch(() => {})
      mortal.left = Number.POSITIVE_INFINITY
      const { uncertain, isComplete } = await rollBack(orders([1, 2], log), { journal, runId: id })
      expect(isComplete).toBe(true)
      const undone = log.map((what) => what.slice('undo '.length))
      expect(new Set(undone).size).toBe(undone.length)
      log.length = 0
      const report = await run(orders([1, 2], log), { journal })
      // Of one it may be unknown whether it was taken back.
      expect(report.interrupted).toHaveLength(uncertain)
      expect(undone).toEqual(expect.arrayContaining(log))
    }
  })

  it('that dies while something is taken back leaves that alone and names it, unless it may be done again', async () => {
    for (const onInterrupted of ['fail', 'rerun'] as const) {
      const mortal = new MortalJournal(memoryJournal())
      const { journal } = mortal
      const log: string[] = []
      const plan = (fails?: (what: string) => boolean): JobPlan => {
        const { steps, ...rest } = orders(['a', 'b'], log, fails)
        return { ...rest, steps: steps.map((step) => ({ ...step, onInterrupted })) }
      }
      const { id } = await run(plan(), { journal })
      log.length = 0
      const dying = plan((what) => {
        if (what === 'charge a') mortal.left = 0
        return false
      })
      await expect(rollBack(dying, { journal, runId: id })).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
      mortal.left = Number.POSITIVE_INFINITY
      const isAgain = onInterrupted === 'rerun'
      expect(await rollBack(plan(), { journal, runId: id })).toMatchObject({
        isComplete: true,
        undone: isAgain ? 3 : 2,
        uncertainWork: isAgain ? [] : [{ step: 'charge', what: 'compensate', id: '0', input: 'a' }],
      })
      expect(log.filter((what) => what === 'undo charge a')).toHaveLength(isAgain ? 2 : 1)
      log.length = 0
      const report = await run(plan(), { journal })
      expect(log).toHaveLength(isAgain ? 4 : 3)
      expect(report.interrupted).toHaveLength(isAgain ? 0 : 1)
    }
  })

  it('names what had its time and was given up, which no run does again unasked', async () => {
    const journal = memoryJournal()
    let calls = 0
    const plan = planOf(
      [
        each('pay', () => {}, {
          effects: true,
          timeoutMs: 1,
          run: () => {
            calls += 1
            return new Promise(() => {})
          },
          compensate: async () => {},
        }),
      ],
      ['a'],
    )
    const { id } = await run(plan, { journal })
    await run(plan, { journal })
    expect(calls).toBe(1)
    expect(await rollBack(plan, { journal, runId: id })).toMatchObject({
      uncertainWork: [{ step: 'pay', what: 'run', id: '0', input: 'a' }],
    })
  })

  it('ends a run, too, that is unfinished and has taken what is taken back', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const { journal } = mortal
    const log: string[] = []
    const { id } = await run({ ...orders([1, 2, 3], log), limit: 1 }, { journal })
    const dies = (what: string): void => {
      if (what === 'reserve 2') mortal.left = 0
    }
    await run(orders([1, 2, 3], log, undefined, dies), { journal })
    mortal.left = Number.POSITIVE_INFINITY
    await rollBack(orders([1, 2, 3], log), { journal, runId: id })
    log.length = 0
    expect(await run(orders([1, 2, 3], log), { journal })).toMatchObject({ id: 'job-3', tally: { done: 2, failed: 1 } })
    expect(log).toEqual(['reserve 1', 'charge 1', 'reserve 3', 'charge 3'])
  })

  it('knows what others took of it though the code of its steps is another by now', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const { id } = await run(orders([1], log), { journal })
    await run(orders([1, 2], log), { journal })
    const plan = orders([1], log)
    const steps = plan.steps.map((step) => ({ ...step, version: 'mended' }))
    await rollBack({ ...plan, steps }, { journal, runId: id })
    log.length = 0
    await run(orders([1], log), { journal })
    expect(log).toEqual(['reserve 1', 'charge 1'])
  })

  it('gives each what it was given, also where what came before was taken back already', async () => {
    const journal = memoryJournal()
    const given: unknown[] = []
    let isShut = true
    const step = (name: string) =>
      each(name, (last) => `${name} ${last}`, {
        effects: true,
        compensate: async (input, value) => {
          if (name === 'charge' && isShut) throw new Error('the bank is closed')
          given.push([input, value])
        },
      })
    const plan = planOf([step('reserve'), step('charge')], [1], {
      source: sourceOf([1], { isReadable: false }),
    })
    const { id } = await run(plan, { journal })
    expect(await rollBack(plan, { journal, runId: id })).toMatchObject({ undone: 1, failed: 1 })
    isShut = false
    expect(await rollBack(plan, { journal, runId: id })).toMatchObject({ undone: 1, failed: 0, isComplete: true })
    expect(given).toEqual([
      [1, 'reserve 1'],
      ['reserve 1', 'charge reserve 1'],
    ])
  })

  describe('behind a collect', () => {
    const parts = expand('parts', (n) => [`${n}x`, `${n}y`])
    const odd = filter('odd', ({ input }) => (input as number) % 2 === 1)
    const score = select('score', () => true, {
      run: async (inputs) => ({ kept: [...inputs.keys()], reasons: {}, values: inputs.map((_, at) => at) }),
      isAside: true,
    })
    const jobs: Readonly<Record<string, readonly Step[]>> = {
      'all items': [each('double', (n) => (n as number) * 2), odd, collect()],
      'what was made of them': [parts, score, collect()],
      'what was collected twice': [parts, collect(), expand('halves', () => ['first', 'second']), collect('again')],
      'what was made of what was collected': [odd, collect(), expand('mails', () => ['to a', 'to b'])],
    }
    for (const [name, before] of Object.entries(jobs)) {
      it(`takes back what was done with ${name}, given the same`, async () => {
        const journal = memoryJournal()
        const [did, undid]: [unknown[], unknown[]] = [[], []]
        const inputs = Array.from({ length: 300 }, (_, n) => n)
        const plan = planOf(
          [
            ...before,
            each('send', () => {}, {
              effects: true,
              uses: ['*'],
              prepare: ({ input, results, last, items }) => ({ input, results, last, items }),
              run: async (input) => did.push(jsonOf(input)),
              compensate: async (input) => void undid.unshift(jsonOf(input)),
            }),
          ],
          inputs,
          { concurrency: 1 },
        )
        const { id } = await run(plan, { journal })
        const steps = plan.steps.map((step) => ('version' in step ? { ...step, version: 'mended' } : step))
        const done = await rollBack({ ...plan, steps }, { journal, runId: id })
        expect(done).toMatchObject({ undone: did.length, failed: 0, isComplete: true })
        expect(did.length).toBeGreaterThan(0)
        expect(undid).toEqual(did)
      })
    }

    it('leaves alone what was done with other items than are there now', async () => {
      const mortal = new MortalJournal(memoryJournal())
      const { journal } = mortal
      let isMended = false
      const fragile = each(
        'fragile',
        (n) => {
          if (n === 2 && !isMended) throw new Failure('NETWORK_FAILED', 'not now', { retryable: true })
          return n
        },
        { retry: { maxAttempts: 1 } },
      )
      const dying = (): void => {
        if (isMended) mortal.left = 0
      }
      const write = each('write', dying, { prepare: ({ items }) => items?.length })
      const undone: unknown[] = []
      const send = each('send', () => 'sent', {
        effects: true,
        prepare: ({ items }) => items?.map(({ last }) => last),
        compensate: async (mail) => void undone.push(mail),
      })
      const plan = planOf([fragile, collect(), write, send], [1, 2, 3])
      const { id } = await run(plan, { journal })
      isMended = true
      await run(plan, { journal, runId: id, retry: { failed: true, dead: true, skipped: false } })
      mortal.left = Number.POSITIVE_INFINITY
      const done = await rollBack(plan, { journal, runId: id })
      expect(done).toMatchObject({ undone: 0, failed: 1, isComplete: false })
      expect(done.failures[0]?.message).toContain('take it back by hand')
      expect(undone).toEqual([])
    })
  })
})
