import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entry, inShell, startProgram, weft as weftIn } from '../../crash/life.ts'
import type { Ended } from '../../support/child.ts'
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts'

const orders = Array.from({ length: 6 }, (_, at) => `${JSON.stringify({ order: at })}\n`).join('')
const job = `
name: orders
input: { file: orders.jsonl }
steps:
  - run: { module: ./ship.ts, export: weigh, lane: io, as: weight, retry: { maxAttempts: 1 } }
  - run: { module: ./ship.ts, export: ship, lane: io, as: shipped, effects: true, compensate: takeBack }
output: { jsonl: out.jsonl, ordered: true }
`
/** Order 4 has no weight until a file says so. What goes out stands in a log. */
const ship = `
import { appendFileSync, existsSync } from 'node:fs'
const beside = (name) => new URL(name, import.meta.url)
export function weigh({ input }) {
  if (input.order === 4 && !existsSync(beside('./mended'))) throw new Error('no weight')
  return input.order * 2
}
export function ship({ input, results }) {
  appendFileSync(beside('./log'), 'ship ' + input.order + ' ' + results.weight + '\\n')
  return 'parcel ' + input.order
}
export function takeBack({ input, value }) {
  if (input.input.order === 2 && !existsSync(beside('./mended'))) throw new Error('gone already')
  appendFileSync(beside('./log'), 'take back ' + value + ' of ' + input.results.weight + '\\n')
}
`

const inputJob = `
name: in
input: { stdin: csv }
steps:
  - filter: { field: a, exists: true }
output: { jsonl: in-out.jsonl }
`

let folder: TempFolder
beforeEach(async () => {
  folder = await tempFolder({ 'orders.yaml': job, 'orders.jsonl': orders, 'ship.ts': ship })
})
afterEach(() => folder[Symbol.asyncDispose]())

const weft = (...words: string[]): Promise<Ended> => weftIn(folder.path, ...words)
const text = (name: string): Promise<string> => readFile(join(folder.path, name), 'utf8')

function statuses(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly status: string }).status)
}

describe('the commands of a job', () => {
  it('show what a run has done, write it again, do again what failed, and forget it', async () => {
    const run = await weft('run', 'orders.yaml')
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/^6 in = 5 done \+ 1 failed \+ 0 skipped \+ 0 cancelled$/m)
    expect(run.stderr).toMatch(/^ {2}shipped {2}5 in = 5 done/m)
    const ended = ['done', 'done', 'done', 'done', 'failed', 'done']
    expect(statuses(await text('out.jsonl'))).toEqual(ended)

    expect((await weft('runs')).stdout).toMatch(/^orders-1 +finished .*6 in = 5 done/m)
    expect((await weft('runs', 'orders.yaml', '--json')).stdout).toContain('"id": "orders-1"')
    const shown = await weft('show', 'orders.yaml')
    expect(shown.stdout).toMatch(/^ {2}weight {3}6 in = 5 done \+ 1 failed/m)
    expect(shown.stdout).toMatch(/TASK_FAILED: 1/)
    expect(shown.stdout).toContain('out.jsonl')
    const { tally, dead, steps } = JSON.parse((await weft('show', 'orders-1', '--json')).stdout)
    expect(tally).toMatchObject({ in: 6, done: 5, failed: 1 })
    expect(steps.map(({ name }: { readonly name: string }) => name)).toEqual(['weight', 'shipped'])
    expect(dead).toMatchObject({
      count: 1,
      first: [{ id: '4', input: { order: 4 }, failure: { code: 'TASK_FAILED' } }],
    })

    const exported = await weft('export', 'orders')
    expect(exported.code).toBe(0)
    expect(exported.stdout).toBe(await text('out.jsonl'))
    expect((await weft('export', 'orders-1', '--out', 'pages')).code).toBe(0)
    expect((await readdir(join(folder.path, 'pages'))).length).toBeGreaterThanOrEqual(5)

    expect(run.stderr).toContain('TASK_FAILED: 1, "no weight"')
    expect(run.stderr).toContain('after mending the cause, try again with: weft retry orders-1 --dead')
    const idle = await weft('retry', 'orders-1')
    expect(idle).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^orders-1 has nothing to retry that is failed; 1 dead: .*--dead\n$/),
    })

    await writeFile(join(folder.path, 'mended'), '')
    expect((await weft('retry', 'orders-1', '--failed', '--dead')).code).toBe(0)
    expect(statuses(await text('out.jsonl'))).toEqual(ended.map(() => 'done'))
    expect((await text('log')).match(/^ship/gm)).toHaveLength(6)
    expect(await weft('resume', 'orders-1')).toMatchObject({ code: 2, stderr: expect.stringContaining('is finished') })

    expect((await weft('runs', 'prune', '--keep', '1')).stdout).toBe('nothing to forget\n')
    expect((await weft('runs', 'prune', '--yes')).stdout).toBe('nothing to forget\n')
    const unasked = await weft('runs', 'prune', '--all')
    expect(unasked).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('1 run (orders-1) with the results of 6 items in'),
    })
    expect((await weft('runs', 'prune', '--all', '--yes')).stdout).toMatch(/^orders-1: forgotten, .*freed$/m)
    expect((await weft('runs')).stdout).toBe('no runs: weft run JOB begins one\n')
  })

  it('take back what was done, last first, and go on with what could not be', async () => {
    await writeFile(join(folder.path, 'orders.jsonl'), orders.split('\n').slice(0, 4).join('\n'))
    expect((await weft('run', 'orders.yaml', '--quiet')).code).toBe(0)
    const first = await weft('rollback', 'orders-1')
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('3 taken back, 1 not') })
    const log = (await text('log')).trimEnd().split('\n')
    expect(log.slice(4)).toEqual(['take back parcel 3 of 6', 'take back parcel 1 of 2', 'take back parcel 0 of 0'])
    await writeFile(join(folder.path, 'mended'), '')
    expect(await weft('rollback', 'orders-1')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 taken back, 0 not'),
    })
    expect((await text('log')).trimEnd().split('\n').slice(7)).toEqual(['take back parcel 2 of 4'])
    expect((await weft('runs')).stdout).toMatch(/^orders-1 +rolled-back/m)
  })

  it('say what stands in other runs when one is rolled back, and how a rollback that ended halfway goes on', async () => {
    await writeFile(join(folder.path, 'orders.jsonl'), orders.split('\n').slice(0, 4).join('\n'))
    expect((await weft('run', 'orders.yaml', '--quiet', '--limit', '2')).code).toBe(0)
    expect((await weft('run', 'orders.yaml', '--quiet')).code).toBe(0)
    const half = await weft('rollback', 'orders', '--json')
    expect(half.code).toBe(1)
    const events = half.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({
      type: 'rollback',
      id: 'orders-2',
      undone: 1,
      failed: 1,
      standing: [{ run: 'orders-1', effects: 2, uncertain: 0 }],
    })
    expect((await weft('runs')).stdout).toMatch(
      /^orders-2 +rolling-back[\s\S]*^rolling-back: continue with: weft rollback orders-2$/m,
    )
    expect((await weft('show', 'orders-2')).stdout).toMatch(
      /^orders-2: rolling-back,[\s\S]*^continue with: weft rollback orders-2$/m,
    )
    expect((await weft('resume', 'orders-2')).stderr).toContain('weft rollback orders-2 goes on with that')
    await writeFile(join(folder.path, 'mended'), '')
    const rest = await weft('rollback', 'orders-2')
    expect(rest).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('2 more stand in orders-1: weft rollback orders-1'),
    })
    expect((await weft('rollback', 'orders-1')).stderr).not.toContain('more stand')
  })

  it('do not ship again because a typo was mended, unless that is said', async () => {
    const shipped = async () => (await text('log')).match(/^ship/gm)?.length
    await writeFile(join(folder.path, 'mended'), '')
    expect((await weft('run', 'orders.yaml', '--quiet')).code).toBe(0)
    await writeFile(join(folder.path, 'ship.ts'), `${ship}// a typo less\n`)
    const refused = await weft('run', 'orders.yaml', '--quiet')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(
      /^weft: shipped is not what it was in orders-1: up to 6 of its effects there were done, or may have been, and would be done again\. .*--redo-effects/,
    )
    expect((await weft('runs')).stdout).not.toContain('orders-2')
    const dry = await weft('run', 'orders.yaml', '--dry-run')
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('shipped is not what it was in orders-1') })

    const version = /version: "(?<version>[\w-]+)"/.exec(refused.stderr)?.groups?.version
    await writeFile(
      join(folder.path, 'orders.yaml'),
      job.replace('effects: true', `effects: true, version: "${version}"`),
    )
    expect((await weft('run', 'orders.yaml', '--quiet')).code).toBe(0)
    expect(await shipped()).toBe(6)

    await writeFile(join(folder.path, 'orders.yaml'), job)
    expect((await weft('run', 'orders.yaml', '--quiet', '--redo-effects')).code).toBe(0)
    expect(await shipped()).toBe(12)
    expect((await weft('run', 'orders.yaml', '--quiet')).code).toBe(0)
    expect(await shipped()).toBe(12)
  })

  it('write again the lines of a run whose summary lies elsewhere, as they were', async () => {
    const steps = `
  - run: { module: ./ship.ts, export: weigh, lane: io, as: weight }
  - collect: {}
  - run: { module: ./sum.ts, export: sum, lane: io, as: sum }`
    await writeFile(join(folder.path, 'sum.ts'), 'export const sum = ({ items }) => items.length + " weighed"\n')
    await writeFile(join(folder.path, 'mended'), '')
    for (const [name, output] of [
      ['apart', '{ jsonl: out.jsonl, markdown: sum.md }'],
      ['joined', '{ jsonl: out.jsonl }'],
    ]) {
      await writeFile(
        join(folder.path, 'sum.yaml'),
        `name: ${name}\ninput: { file: orders.jsonl }\nsteps:${steps}\noutput: ${output}\n`,
      )
      expect((await weft('run', 'sum.yaml', '--quiet')).code).toBe(0)
      const lines = await text('out.jsonl')
      expect(lines.trimEnd().split('\n')).toHaveLength(name === 'apart' ? 6 : 7)
      expect((await weft('export', `${name}-1`)).stdout).toBe(lines)
    }
  })

  it('say that a file was replaced and how it comes back, and replace none with nothing', async () => {
    await writeFile(join(folder.path, 'mended'), '')
    const first = await weft('run', 'orders.yaml')
    expect(first.stderr).not.toContain('replaced')
    const all = await text('out.jsonl')
    const less = await weft('run', 'orders.yaml', '--limit', '2')
    expect(less.stderr).toMatch(
      /^replaced: .*out\.jsonl \(.* before\); weft export orders-1 writes its records again$/m,
    )
    expect((await weft('export', 'orders-1')).stdout).toBe(all)
    await writeFile(join(folder.path, 'out.jsonl'), 'by hand\n')
    await writeFile(join(folder.path, 'empty.jsonl'), '')
    const nothing = await weft('run', 'orders.yaml', '--input', 'empty.jsonl')
    expect(nothing.stderr).toMatch(/^left as it was, as nothing came in: .*out\.jsonl$/m)
    expect(nothing.stderr).not.toContain('written:')
    expect(await text('out.jsonl')).toBe('by hand\n')
    expect((await weft('run', 'orders.yaml', '--limit', '3')).stderr).toMatch(
      /^replaced: .*out\.jsonl \(8 B.* before\)$/m,
    )
    expect((await weft('run', 'orders.yaml', '--out', 'pages')).stderr).not.toContain('replaced')
    await weft('run', 'orders.yaml', '--input', 'empty.jsonl', '--out', 'pages')
    expect((await readdir(join(folder.path, 'pages'))).length).toBeGreaterThanOrEqual(6)
    expect((await readdir(folder.path)).filter((name) => name.includes('partial'))).toEqual([])
    const plan = (await weft('run', 'orders.yaml', '--dry-run')).stdout
    expect(plan).toMatch(/^left for a new run, which takes what orders-\d/m)
    expect(plan).toMatch(/^durations are those of orders-\d, on average: /m)
    expect(plan).toMatch(/^about .*, by the durations measured in orders-\d \(.* a step\)$/m)
    expect(plan).not.toContain('no schedule can beat')
  })

  it('measure a job without leaving anything, and print its plan and its schema', async () => {
    await writeFile(join(folder.path, 'mended'), '')
    const refused = await weft('bench', 'orders.yaml', '--limit', '3')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/^weft: the bench does the effects of shipped twice for each item, .*--yes/)
    expect(await readdir(folder.path)).not.toContain('log')
    const bench = await weft('bench', 'orders.yaml', '--limit', '3', '--yes')
    expect(bench.code).toBe(0)
    expect((await text('log')).match(/^ship/gm)).toHaveLength(6)
    expect(bench.stdout).toMatch(/one after another +in parallel\n/)
    expect(bench.stdout).toMatch(/^3 in = 3 done/m)
    expect((await weft('run', 'orders.yaml', '--dry-run')).stdout).toMatch(/^orders: 6 items/)
    expect(JSON.parse((await weft('schema')).stdout)).toMatchObject({ title: 'weft job' })
    expect((await readdir(folder.path)).sort()).toEqual(['log', 'mended', 'orders.jsonl', 'orders.yaml', 'ship.ts'])
  })

  it('say what is left of a job without touching its journal', async () => {
    // Of a process that died before it had written anything.
    await mkdir(join(folder.path, '.weft', 'orders'), { recursive: true })
    await writeFile(join(folder.path, '.weft', 'orders', 'journal.db'), '')
    expect(await weft('run', 'orders.yaml', '--dry-run')).toMatchObject({ code: 0 })
    expect(await weft('runs')).toMatchObject({ code: 0 })
    await writeFile(join(folder.path, 'orders.jsonl'), orders.split('\n').slice(0, 4).join('\n'))
    expect((await weft('run', 'orders.yaml')).stderr).toMatch(/^4 in = /m)
    await writeFile(join(folder.path, 'orders.jsonl'), orders)
    const database = (): Promise<Buffer> => readFile(join(folder.path, '.weft', 'orders', 'journal.db'))
    const before = await database()
    const plan = (await weft('run', 'orders.yaml', '--dry-run')).stdout
    expect(plan).toMatch(/ takes what orders-1 has done: for 4 of 6 items nothing is to be run$/m)
    expect(plan).toMatch(/^ {2}weight +4 +2 *$/m)
    expect(before.equals(await database())).toBe(true)
    expect((await weft('runs')).stdout).not.toContain('orders-2')
    const fresh = (await weft('run', 'orders.yaml', '--dry-run', '--fresh')).stdout
    expect(fresh).not.toContain('left for a new run')
  })

  it('say of a field that no item has, and of a table with one column, before anything is paid for', async () => {
    const table = (prompt: string): string => `input: { file: orders.csv }
steps: [{ run: { module: ./ship.ts, export: weigh } }, { chunk: { text: "${prompt}" } }]
output: { jsonl: table.jsonl }
`
    await writeFile(join(folder.path, 'orders.csv'), 'order;name\n1;a\n2;b\n')
    await writeFile(join(folder.path, 'table.yaml'), table('all'))
    const hint = 'the header of orders.csv is one column, "order;name": say delimiter: ";" if it is several'
    expect(await weft('run', 'table.yaml', '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(hint),
    })
    expect((await weft('run', 'table.yaml')).stderr).toContain(hint)

    await writeFile(
      join(folder.path, 'lines.yaml'),
      table('{{oder}} {{result.grams}}').replace('orders.csv', 'orders.jsonl'),
    )
    const missing = 'chunk: none of the first 6 items of orders.jsonl has oder, did you mean order?'
    const dry = await weft('run', 'lines.yaml', '--dry-run')
    expect(dry).toMatchObject({ code: 1, stdout: expect.stringContaining(`it will not run: ${missing}`) })
    const refused = { code: 2, stderr: expect.stringContaining(`weft: ${missing}`) }
    expect(await weft('run', 'lines.yaml')).toMatchObject(refused)
    expect(await weft('bench', 'lines.yaml')).toMatchObject(refused)
    expect(await readdir(join(folder.path, '.weft'))).not.toContain('lines')
    await writeFile(join(folder.path, 'lines.yaml'), table('all').replace('orders.csv', 'orders.jsonl'))
    await writeFile(join(folder.path, 'mended'), '')
    expect(await weft('run', 'lines.yaml', '--quiet')).toMatchObject({ code: 0 })
    const negative = 'steps: [{ filter: { field: oder, equals: 1, not: true } }, '
    for (const [now, step] of [
      [table('{{oder}}').replace('chunk: {', 'chunk: { size: 99,'), 'chunk'],
      [table('all').replace('steps: [', negative), 'filter'],
    ] as const) {
      await writeFile(join(folder.path, 'lines.yaml'), now.replace('orders.csv', 'orders.jsonl'))
      // Not a word of what is left, although it was run before.
      const said = new RegExp(`^it will not run: ${step}: none of the first 6 items of orders.jsonl has oder, .*\n$`)
      expect(await weft('run', 'lines.yaml', '--dry-run')).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(said),
      })
      expect(await weft('run', 'lines.yaml')).toMatchObject({ code: 2 })
    }
    // Of one that was done before other items have the name.
    await writeFile(join(folder.path, 'lines.yaml'), table('{{oder}}').replace('orders.csv', 'oders.jsonl'))
    await writeFile(join(folder.path, 'oders.jsonl'), '{"order":1,"oder":1}\n')
    expect(await weft('run', 'lines.yaml')).toMatchObject({ code: 0 })
    await writeFile(join(folder.path, 'oders.jsonl'), '{"order":2}\n{"order":3}\n')
    expect((await weft('run', 'lines.yaml', '--dry-run')).stdout).not.toContain('it will not run')
    expect((await weft('run', 'lines.yaml')).stderr).toMatch(/^2 in = 0 done \+ 2 failed/m)
    // Nobody knows what a step will give.
    await writeFile(join(folder.path, 'result.yaml'), table('{{result.grams}}').replace('orders.csv', 'orders.jsonl'))
    expect(await weft('run', 'result.yaml', '--dry-run')).toMatchObject({ code: 0 })
  })

  it('refuse what no model would answer before anything begins, and say so in the plan', async () => {
    const claude = `input: { file: orders.jsonl }
steps: [{ ask: { with: claude-haiku-4-5, prompt: "What is {{order}}?" } }]
output: { jsonl: out.jsonl }
`
    await writeFile(join(folder.path, 'claude.yaml'), claude)
    const env = { ...process.env, ANTHROPIC_API_KEY: '' }
    const begun = (...words: string[]): Promise<Ended> =>
      startProgram(process.execPath, [entry, ...words], { cwd: folder.path, env }).ended
    const why = 'there is no key for the Claude API: set ANTHROPIC_API_KEY'
    expect(await begun('run', 'claude.yaml')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`weft: ${why}`),
    })
    expect(await begun('bench', 'claude.yaml', '--yes')).toMatchObject({ code: 1 })
    expect((await readdir(folder.path)).sort()).toEqual(['claude.yaml', 'orders.jsonl', 'orders.yaml', 'ship.ts'])
    const dry = await begun('run', 'claude.yaml', '--dry-run')
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining(`it cannot run yet: ${why}`) })
  })

  it('take other items, another output and fewer of them from the command line, and a resumed run remembers', async () => {
    await writeFile(join(folder.path, 'other.jsonl'), orders)
    const run = await weft(
      'run',
      'orders.yaml',
      '--input',
      'other.jsonl',
      '--out',
      'other-out.jsonl',
      '--limit',
      '2',
      '--json',
    )
    expect(run.code).toBe(0)
    const events = run.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({ type: 'summary', tally: { in: 2, done: 2 } })
    expect(statuses(await text('other-out.jsonl'))).toEqual(['done', 'done'])
    expect((await weft('export', 'orders-1')).stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  it.each(['cpu', 'io'])('keep what a module on lane %s prints apart from the records', async (lane) => {
    const talkative = 'console.log("loaded")\nexport default ({ input }) => { console.log("ran"); return input.order }'
    await writeFile(join(folder.path, 'talk.mjs'), talkative)
    const talk = `input: { file: orders.jsonl }\nsteps:\n  - run: { module: ./talk.mjs, lane: ${lane} }\n`
    await writeFile(join(folder.path, 'talk.yaml'), talk)
    const { stdout, stderr } = await weft('run', 'talk.yaml', '--limit', '1', '--out', '-')
    expect(statuses(stdout)).toEqual(['done'])
    expect(stderr).toMatch(/loaded.*ran/s)
    expect((await weft('run', 'talk.yaml', '--dry-run')).stdout).not.toContain('loaded')
  })

  it('tell of another job file of the same name', async () => {
    const shared = 'orders.yaml is called orders, too'
    expect((await weft('run', 'orders.yaml', '--limit', '1')).stderr).not.toContain(shared)
    await writeFile(join(folder.path, 'other.yaml'), job)
    expect((await weft('run', 'other.yaml', '--limit', '1')).stderr).toContain(shared)
    expect((await weft('run', 'other.yaml', '--limit', '1')).stderr).not.toContain('is called')
  })

  it('name the step and the condition of what a filter left out, in events, too', async () => {
    const steps = `
  - run: { module: ./ship.ts, export: weigh, lane: io, as: weight }
  - filter: { field: weight, above: 2 }
  - filter: { field: order, below: 5 }`
    for (const [name, text] of Object.entries({ first: steps.split('\n').toSpliced(1, 2).join('\n'), later: steps })) {
      await writeFile(join(folder.path, 'mended'), '')
      await writeFile(join(folder.path, `${name}.yaml`), `input: { file: orders.jsonl }\nsteps:${text}\n`)
      const { stderr } = await weft('run', `${name}.yaml`, '--json', '--out', '-')
      expect(stderr).toMatch(/"filter[^"]*: order is 5, not below 5"/)
      if (name === 'later') expect(stderr).toMatch(/"filter: weight is 0, not above 2"/)
      expect(stderr).not.toMatch(/isGoingOn|did not keep/)
    }
  })

  it('say what has to be decided where nobody can be asked, and by which means', async () => {
    const asking = `
input: { file: orders.jsonl }
steps:
  - run: { module: ./die.mjs, lane: io, as: sent, effects: true, onInterrupted: ask }
`
    await writeFile(join(folder.path, 'ask.yaml'), asking)
    const die = `import { existsSync } from 'node:fs'
export default ({ input }) => {
  if (input.order !== 1 || existsSync(new URL('./mended', import.meta.url))) return 'sent'
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}`
    await writeFile(join(folder.path, 'die.mjs'), die)
    expect((await weft('run', 'ask.yaml', '--limit', '2')).signal).toBe('SIGKILL')
    await writeFile(join(folder.path, 'mended'), '')
    for (const kind of ['--quiet', '--json']) {
      const { code, stderr } = await weft('run', 'ask.yaml', '--limit', '2', kind)
      expect(code).toBe(1)
      expect(stderr).toMatch(/sent of items? (0, )?1 begun .* unknown.*terminal.*onInterrupted: rerun .* or fail/)
    }
    await writeFile(join(folder.path, 'ask.yaml'), asking.replace('onInterrupted: ask', 'onInterrupted: rerun'))
    expect((await weft('run', 'ask.yaml', '--limit', '2')).stderr).toMatch(/^ask-1 is finished\n2 in = 2 done/m)
  })

  it.skipIf(process.platform !== 'linux')('take Ctrl-C at a question for what it is', async () => {
    const asking = `
input: { file: orders.jsonl }
steps:
  - run: { module: ./die.mjs, lane: io, as: sent, effects: true, onInterrupted: ask }
`
    await writeFile(join(folder.path, 'ask.yaml'), asking)
    await writeFile(join(folder.path, 'die.mjs'), 'export default () => process.kill(process.pid, "SIGKILL")')
    expect((await weft('run', 'ask.yaml', '--limit', '2', '--out', 'sent.jsonl')).signal).toBe('SIGKILL')
    // A terminal, as only another program can make one; its syntax is that of Linux.
    const command = `'${process.execPath}' '${entry}' resume ask-1`
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder.path, stdio: 'pipe' })
    let shown = ''
    terminal.stdout.on('data', (chunk: Buffer) => {
      if (!shown.includes('eave it open?') && `${shown}${chunk}`.includes('eave it open?')) terminal.stdin.write('\x03')
      shown += chunk
    })
    const [code] = await once(terminal, 'close')
    expect(shown).not.toContain('Aborted')
    expect(shown).toContain('continue with: weft resume ask-1')
    expect(code).toBe(130)
  })

  it('forget the lines of a run that was stopped with it', async () => {
    const stopping = `
      const seen = new Promise((resolve) => process.once('SIGINT', resolve))
      if (input.order === 3) process.kill(process.pid, 'SIGINT')
      if (input.order === 3) await seen
      return 1`
    const code = ship.replace('function weigh', 'async function weigh').replace('return input.order * 2', stopping)
    await writeFile(join(folder.path, 'ship.ts'), code)
    expect((await weft('run', 'orders.yaml', '--sequential')).code).toBe(130)
    const partials = async () => (await readdir(folder.path)).filter((name) => name.includes('.partial-'))
    expect(await partials()).toEqual(['out.jsonl.partial-orders-1'])
    expect((await weft('show', 'orders-1')).stdout).toContain('out.jsonl.partial-orders-1')
    expect((await weft('runs', 'prune', 'orders-1')).code).toBe(0)
    expect(await partials()).toEqual([])
  })

  it('say how a stopped run goes on as it was begun, from any folder', async () => {
    const mend = "!existsSync(beside('./mended'))"
    const stop = `if (input.order === 1 && ${mend}) process.kill(process.pid, 'SIGINT')
      return new Promise((resolve) => setImmediate(resolve, 1))`
    await writeFile(join(folder.path, 'ship.ts'), ship.replace('return input.order * 2', stop))
    await writeFile(join(folder.path, 'mine.jsonl'), orders)
    const begun = ['--input', 'mine.jsonl', '--out', 'mine-out.jsonl', '--limit', '4', '--sequential'] as const
    const stopped = await weft('run', 'orders.yaml', ...begun)
    expect(stopped).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/^continue with: weft resume orders-1$/m),
    })
    await mkdir(join(folder.path, 'else where'))
    const job = '../orders.yaml'
    const far = (...words: string[]): Promise<Ended> => weftIn(join(folder.path, 'else where'), ...words)
    const away = await far('run', job, '--limit', '4', '--sequential', '--fresh')
    const named = await realpath(join(folder.path, 'orders.yaml'))
    expect(away.stderr).toContain(`continue with: weft resume orders-2 --job ${named}\n`)
    expect((await far('show', 'orders-2', '--job', job)).stdout).toContain(`weft resume orders-2 --job ${named}\n`)
    await writeFile(join(folder.path, 'mended'), '')
    const gone = await weft('resume', 'orders-1')
    expect(gone.stderr).toMatch(/^4 in = 4 done/m)
    expect(statuses(await text('mine-out.jsonl'))).toHaveLength(4)
    expect((await far('resume', 'orders-2', '--job', named)).stderr).toMatch(/^4 in = 4 done/m)
  })

  it('say of a malformed line to mend it and run the job again, which reads it anew', async () => {
    const steps = 'steps: [{ run: { module: ./ship.ts, export: ship, lane: io, as: shipped, effects: true } }]'
    await writeFile(join(folder.path, 'torn.yaml'), `input: { file: torn.jsonl }\n${steps}\n`)
    await writeFile(join(folder.path, 'torn.jsonl'), '{"order":0}\n{"order":\n')
    const run = await weft('run', 'torn.yaml', '--out', 'mine.jsonl')
    const advice = 'mend the 1 line of the input that could not be taken, then: weft run torn.yaml --out mine.jsonl\n'
    expect(run.stderr).toContain(advice)
    expect(run.stderr).not.toContain('weft retry')
    const shown = (await weft('show', 'torn-1')).stdout
    expect(shown).toContain(advice)
    expect(shown).not.toContain('weft retry')
    const idle = (await weft('retry', 'torn-1')).stderr
    expect(idle).toContain('1 malformed: mend the input, then weft run does these anew\n')
    expect(idle).not.toContain('--dead')
    await writeFile(join(folder.path, 'torn.jsonl'), '{"order":0}\n{"order":1}\n')
    expect(await weft('run', 'torn.yaml', '--out', 'mine.jsonl')).toMatchObject({ code: 0 })
    expect((await text('log')).match(/^ship/gm)).toHaveLength(2)
  })

  it('leave no run behind of standard input that has no usable header', async () => {
    await writeFile(join(folder.path, 'in.yaml'), inputJob)
    const { code, stderr } = await inShell(folder.path, `printf 'a,a\\n' | "$0" "$1" run in.yaml`)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^weft: the header .* a twice.*\n$/) })
    expect((await weft('runs', 'in.yaml')).stdout).toMatch(/^no runs/)
    expect((await readdir(folder.path)).filter((name) => name.startsWith('in-out'))).toEqual([])
    const { stderr: next } = await inShell(folder.path, `printf 'a\\n1\\n' | "$0" "$1" run in.yaml`)
    expect(next).toContain('1 in = 1 done')
    expect(next).not.toContain('takes what')
  })

  it('say what is wrong, with the nearest name', async () => {
    await weft('run', 'orders.yaml', '--quiet')
    for (const command of ['show', 'resume', 'retry', 'export', 'rollback'])
      expect(await weft(command, 'ordres-1')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('did you mean orders-1?'),
      })
    expect(await weft('run', 'orders.yaml', '--quiet', '--json')).toMatchObject({ code: 2 })
    expect(await weft('run', 'orders.yaml', '--limit', '0')).toMatchObject({ code: 2 })
    expect(await weft('run', 'absent.yaml')).toMatchObject({ code: 1, stderr: expect.stringContaining('absent.yaml') })
    await writeFile(join(folder.path, 'wrong.yaml'), 'input: { file: orders.jsonl }\nsteps: [raed]\n')
    expect(await weft('run', 'wrong.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/2:.*did you mean read\?/s),
    })
    await writeFile(join(folder.path, 'wrong.yaml'), 'input: { file: orders.jsonl }\nsteps: [raed, { ask: 3 }]\n')
    expect((await weft('run', 'wrong.yaml')).stderr).toMatch(/^weft: wrong.yaml:2:9: .*\nweft: wrong.yaml:2:22: .*\n$/)
  })
})
