import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { describePlan } from '../../../../src/batch/job/description/describe-plan.ts'
import { firstLook } from '../../../../src/batch/job/description/first-look.ts'
import { usableCores } from '../../../../src/observe/usable-cores.ts'
import { planOf } from '../../../support/run-plan.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

beforeEach(() => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-plan-0123456789')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `{"name":"N${index}","keep":${index % 2 === 0}}\n`).join('')
}

describe('describePlan', () => {
  test('counts items, runs, tokens and cost by the first items, and bounds the time by rates', async () => {
    await using folder = await tempFolder({ 'items.jsonl': lines(1_000) })
    const plan = await planOf(folder.path, {
      input: { file: 'items.jsonl' },
      lanes: { anthropic: { requestsPerMinute: 50 } },
      steps: [
        { filter: { field: 'keep', equals: true } },
        { ask: { with: 'claude-haiku-4-5', prompt: 'What is {{name}}?', maxTokens: 400 } },
      ],
    })
    const described = await describePlan(plan)
    expect(described).toMatchObject({
      items: { count: 1_000 },
      sampled: 100,
      steps: [
        { name: 'filter', runs: 0, lane: undefined },
        {
          name: 'answer',
          runs: 500,
          lane: 'anthropic',
          model: 'anthropic/claude-haiku-4-5',
          outputTokens: 50_000,
          isGuessed: false,
        },
      ],
      // 500 requests at 80 % of 50 a minute.
      leastMs: 750_000,
      critical: { lane: 'anthropic', by: '50 requests/min' },
      notes: [],
    })
    const { inputTokens, costUsd } = described.total
    expect(costUsd).toBeCloseTo((inputTokens * 1 + 50_000 * 5) / 1e6)
  })

  test('says what it has guessed: texts of pages, answers, all that is collected', async () => {
    await using folder = await tempFolder({ 'items.jsonl': lines(300) })
    const plan = await planOf(folder.path, {
      input: { file: 'items.jsonl' },
      steps: [
        { read: { url: 'https://a.example/{{name}}' } },
        { ask: { with: 'claude-haiku-4-5', prompt: 'Who owns it? {{page}}' } },
        { filter: { field: 'answer', contains: 'parish' } },
        'collect',
        { ask: { with: 'claude-haiku-4-5', prompt: 'Compare.' } },
      ],
    })
    const { steps, notes, total } = await describePlan(plan, { meanMs: { page: 640 } })
    expect(steps.map(({ name, runs, isGuessed }) => [name, runs, isGuessed])).toEqual([
      ['page', 300, false],
      ['answer', 300, true],
      ['filter', 0, false],
      ['collect', 0, false],
      ['answer2', 1, true],
    ])
    expect(steps[1]!.inputTokens / 300).toBeGreaterThan(1_000)
    expect(steps[4]!.inputTokens).toBeGreaterThan(300 * 100)
    expect(total.inputTokens).toBe(steps[1]!.inputTokens + steps[4]!.inputTokens)
    expect(notes.join('\n')).toMatch(/answer depends on results.*\nfilter is counted as if it let all items go on\n/)
    expect(notes.join('\n')).toMatch(/lanes\.anthropic says no rates/)
  })

  test('knows what a filter by a field of the input lets go on, behind steps that have not run, too', async () => {
    const items = Array.from({ length: 130 }, (_, at) => (at < 110 ? { price: 1 } : { prices: 1 }))
    await using folder = await tempFolder({ 'items.jsonl': items.map((item) => `${JSON.stringify(item)}\n`).join('') })
    const plan = await planOf(folder.path, {
      input: { file: 'items.jsonl' },
      steps: [
        { read: { url: 'https://a.example' } },
        { filter: { field: 'prices', exists: true } },
        { chunk: { text: '{{prices}}' } },
      ],
    })
    const { steps, missing, notes } = await describePlan(plan)
    expect(steps.map(({ runs }) => runs)).toEqual([130, 0, 0])
    expect([missing, notes.join('\n')]).toEqual([[], expect.not.stringContaining('filter is counted')])
    expect((await firstLook(plan)).refusal).toBeUndefined()
  })

  test('says how far a budget will go that is too small', async () => {
    await using folder = await tempFolder({ 'items.jsonl': lines(1_000) })
    const planned = (budget: object) =>
      planOf(folder.path, {
        input: { file: 'items.jsonl' },
        lanes: { anthropic: { requestsPerMinute: 50 } },
        steps: [{ ask: { with: 'claude-haiku-4-5', prompt: 'What is {{name}}?', maxTokens: 400 } }],
        budget,
      })
    const { total, notes } = await describePlan(
      await planned({ costUsd: 0.01, tasks: 250, wallMs: 150_000, tokens: 1e9 }),
    )
    const some = Math.floor((1_000 * 0.01) / total.costUsd)
    expect(notes).toEqual([
      expect.stringMatching(
        `^expected \\S+ USD does not fit budget 0.0100 USD: about ${some} of 1,000 items will be done$`,
      ),
      'expected 1,000 tasks does not fit budget 250 tasks: about 250 of 1,000 items will be done',
      'expected at least 1,500 s does not fit budget 150 s: about 100 of 1,000 items will be done',
    ])
    expect((await describePlan(await planned({ costUsd: 5, tasks: 1_000 }))).notes).toEqual([])
  })

  test('wonders about a table of one column that looks like several', async () => {
    await using folder = await tempFolder({ 'items.csv': 'name;url\nMill;https://a.example\n' })
    const plan = await planOf(folder.path, { input: { file: 'items.csv' }, steps: ['embed'] })
    const hint = 'the header of items.csv is one column, "name;url": say delimiter: ";" if it is several'
    expect((await describePlan(plan)).notes).toContain(hint)
    const named = { input: { file: 'items.csv' }, steps: [{ embed: { text: '{{name}}' } }] }
    await expect(planOf(folder.path, named)).rejects.toThrow(`input: ${hint}`)
    const said = { ...named, input: { file: 'items.csv', delimiter: ';' } }
    expect((await describePlan(await planOf(folder.path, said))).notes.join()).not.toContain('one column')
  })

  test('says once that lines cannot be taken, and what to do', async () => {
    await using folder = await tempFolder()
    await writeFile(join(folder.path, 'items.csv'), Buffer.from('name\nMiller\nM\xfcller\nJ\xe4ger\n', 'latin1'))
    const plan = await planOf(folder.path, { input: { file: 'items.csv' }, steps: ['embed'] })
    const note = expect.stringMatching(
      /^2 of the first 3 items cannot be taken, and will fail: line 3 of items\.csv cannot be taken: it is not UTF-8: .*iconv/,
    )
    expect((await describePlan(plan)).notes).toContainEqual(note)
    expect(await firstLook(plan)).toEqual({ notes: [note], refusal: undefined })
  })

  test('refuses a name that none of the first items has and that seems misspelt; any other one is said', async () => {
    const looked = async (items: readonly object[], text: string) => {
      const content = items.map((item) => `${JSON.stringify(item)}\n`).join('')
      await using folder = await tempFolder({ 'items.jsonl': content })
      const steps = [{ run: { module: './f.mjs', lane: 'io' } }, { chunk: { text } }]
      await writeFile(join(folder.path, 'f.mjs'), 'export default () => 1')
      const plan = await planOf(folder.path, { input: { file: 'items.jsonl' }, steps })
      const { notes, refusal } = await firstLook(plan)
      return { notes, refusal: refusal?.toJSON(), planned: (await describePlan(plan)).notes.join('\n') }
    }
    const named = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
    const why =
      'chunk: none of the first 3 items of items.jsonl has nmae, did you mean name? Nothing was run; for a field that items may lack, write {{#nmae}}{{nmae}}{{/nmae}}'
    expect(await looked(named, '{{nmae}} {{result}}')).toMatchObject({
      refusal: { code: 'JOB_INVALID', message: why, details: { missing: 'nmae', nearest: 'name' } },
      planned: expect.stringContaining(`it will not run: ${why}`),
    })
    expect((await looked(named.slice(1, 2), '{{nmae}}')).refusal?.message).toMatch(
      /^chunk: the first item of \S+ has no nmae/,
    )
    expect((await looked(named, 'all {{reslt}}')).refusal?.message).toContain('did you mean result?')
    // As it says itself.
    expect(await looked(named, 'all {{#nmae}}{{nmae}}{{/nmae}}')).toMatchObject({ notes: [], refusal: undefined })
    const some = [...named, { nmae: 'd' }]
    expect(await looked(some, '{{nmae}}')).toMatchObject({ notes: [], refusal: undefined })
    const other = await looked(named, '{{telephone}}')
    expect(other).toMatchObject({ notes: [expect.stringContaining('the item has no telephone')], refusal: undefined })
  })

  test('refuses a field of a filter that seems misspelt, and notes any other that no item has', async () => {
    const people = Array.from({ length: 3 }, (_, at) => ({ name: `N${at}`, optout: at === 1, at: { city: 'X' } }))
    const looked = async (filter: object, items: readonly object[] = people) => {
      await using folder = await tempFolder({
        'items.jsonl': items.map((item) => `${JSON.stringify(item)}\n`).join(''),
        'f.mjs': 'export default () => 1',
      })
      const steps = [{ filter }, { run: { module: './f.mjs', lane: 'io', effects: true } }]
      const plan = await planOf(folder.path, { input: { file: 'items.jsonl' }, steps })
      const { notes, refusal } = await firstLook(plan)
      const { missing, notes: planned } = await describePlan(plan)
      return { notes, refusal: refusal?.message, missing: missing.length, planned: planned.join('\n') }
    }
    const why =
      'filter: none of the first 3 items of items.jsonl has optuot, did you mean optout? Nothing was run; for a field that items may lack, filter by a module'
    const negative = { field: 'optuot', equals: true, not: true }
    expect(await looked(negative)).toMatchObject({
      refusal: why,
      missing: 1,
      planned: expect.stringContaining(`it will not run: ${why}`),
    })
    expect((await looked({ field: 'optuot', exists: false })).refusal).toBe(why)
    expect((await looked({ field: 'optuot', equals: true })).refusal).toBe(why)
    expect((await looked({ field: 'at.ctiy', notEquals: 'X' })).refusal).toContain('has at.ctiy, did you mean at.city?')
    // They may lack it: it stands in one of them, or the filter says so itself.
    expect(await looked(negative, [...people, { optuot: true }])).toMatchObject({ notes: [], refusal: undefined })
    expect(await looked({ field: 'optuot', exists: true })).toMatchObject({ notes: [], refusal: undefined })
    const other = { notes: [expect.stringContaining('filter: the item has no ')], refusal: undefined, missing: 0 }
    expect(await looked({ field: 'banned', notEquals: true })).toMatchObject(other)
    // Two letters of three are another word.
    expect(await looked({ field: 'tag', notEquals: 1 }, [{ age: 1 }])).toMatchObject(other)
  })

  test('durations of an earlier run bound the time by slots', async () => {
    await using folder = await tempFolder({ 'items.jsonl': lines(100), 'f.mjs': 'export default () => 1' })
    const plan = await planOf(folder.path, {
      input: { file: 'items.jsonl' },
      lanes: { shop: { concurrency: 4 } },
      steps: [{ run: { module: './f.mjs', lane: 'shop' } }],
    })
    expect((await describePlan(plan)).leastMs).toBeUndefined()
    const { leastMs, critical } = await describePlan(plan, { meanMs: { result: 200 } })
    expect([leastMs, critical?.by, critical?.isMeasured]).toEqual([5_000, '4 slots', true])
    const tight = { ...plan, budget: { wallMs: 1_000 } }
    expect((await describePlan(tight, { meanMs: { result: 200 } })).notes[0]).toMatch(
      /^expected about 5 s does not fit/,
    )
  })

  test('a step that computes is bound by the cores', async () => {
    await using folder = await tempFolder({ 'items.jsonl': lines(100), 'f.mjs': 'export default () => 1' })
    const plan = await planOf(folder.path, { input: { file: 'items.jsonl' }, steps: [{ run: { module: './f.mjs' } }] })
    const { leastMs, critical } = await describePlan(plan, { meanMs: { result: 200 } })
    const cores = await usableCores()
    expect([leastMs, critical]).toEqual([
      20_000 / cores,
      expect.objectContaining({ lane: 'cpu', by: `${cores} slots` }),
    ])
    const together = await describePlan({ ...plan, concurrency: 1 }, { meanMs: { result: 200 } })
    const { runs } = together.steps.find(({ name }) => name === 'result')!
    expect(together).toMatchObject({ leastMs: runs! * 200, critical: { lane: 'all work', by: '1 at a time' } })
  })

  test('a batch costs half, and nobody knows its time', async () => {
    await using folder = await tempFolder({ 'items.jsonl': lines(10) })
    const job = { input: { file: 'items.jsonl' }, steps: [{ ask: { with: 'claude-haiku-4-5', prompt: '{{name}}' } }] }
    const direct = await describePlan(await planOf(folder.path, job))
    const batch = await describePlan(await planOf(folder.path, { ...job, lanes: { anthropic: { mode: 'batch' } } }))
    expect(batch.total.costUsd).toBeCloseTo(direct.total.costUsd / 2)
    expect(batch.leastMs).toBeUndefined()
    expect(batch.notes.join()).toMatch(/within a day/)
  })

  test('reads nothing of standard input', async () => {
    await using folder = await tempFolder()
    const plan = await planOf(folder.path, {
      input: { stdin: 'jsonl' },
      steps: [{ ask: { with: 'claude-haiku-4-5', prompt: '{{name}}' } }],
    })
    expect(await describePlan(plan)).toMatchObject({ items: undefined, sampled: 0, steps: [{ runs: undefined }] })
  })
})
