import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describePlan } from '../../../src/batch/job/description/describe-plan.ts'
import { loadJob } from '../../../src/batch/job/file/load-job.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { planJob } from '../../../src/batch/job/plan-job.ts'
import { planOf } from '../../support/run-plan.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** Options of each kind of step with two values of each: those that results are made of, and those that they are not. */
const kinds: Readonly<Record<string, { base?: object; results: Options; others?: Options }>> = {
  ask: {
    base: { with: 'claude-haiku-4-5', prompt: 'What is it?' },
    results: {
      with: ['claude-sonnet-4-5', 'local:qwen'],
      prompt: ['Why is it?', './prompt.md'],
      system: ['In German.', 'In Dutch.'],
      schema: [{ type: 'object' }, './schema.json'],
      repairs: [0, 2],
      maxTokens: [10, 20],
      temperature: [0, 1],
      seed: [1, 2],
    },
    others: { cache: [true, false], firstTokenTimeoutMs: [5, 6] },
  },
  extract: {
    base: { with: 'claude-haiku-4-5', schema: './schema.json' },
    results: {
      with: ['claude-sonnet-4-5', 'local:qwen'],
      schema: [{ type: 'object' }, { type: 'array' }],
      instructions: ['Be short.', 'Be long.'],
      repairs: [0, 2],
      maxTokens: [10, 20],
    },
    others: { text: ['{{name}}', 'x'], cache: [true, false] },
  },
  summarise: {
    base: { with: 'claude-haiku-4-5' },
    results: {
      sentences: [2, 3],
      words: [20, 30],
      language: ['de', 'nl'],
      instructions: ['Be kind.', 'Be just.'],
      pieceTokens: [500, 600],
    },
    others: { text: ['{{name}}', 'x'] },
  },
  chunk: {
    results: { by: ['sentences', 'characters'], size: [40, 50], overlap: [1, 2] },
    others: { text: ['{{name}}', 'x'] },
  },
  embed: { results: { with: ['local:one', 'local:two'] }, others: { text: ['{{name}}', 'x'] } },
  rank: {
    base: { query: 'a mill' },
    results: { query: ['an inn', 'a barn'], top: [1, 2], weight: [0, 1], with: ['local:one', 'local:two'] },
    others: { text: ['{{name}}', 'x'] },
  },
  dedupe: { results: { threshold: [0.5, 0.6], shingle: [2, 3] }, others: { text: ['{{name}}', 'x'] } },
  read: {
    results: { summarySentences: [2, 3] },
    others: {
      url: ['https://a.example/{{name}}', 'https://b.example'],
      allowPrivate: [true, false],
      ignoreRobots: [true, false],
      retries: [0, 9],
      maxBytes: [5, 6],
      perHost: [1, 2],
    },
  },
  run: {
    base: { module: './one.mjs' },
    results: { module: ['./two.mjs', './three.mjs'], export: ['a', 'b'], given: [[], ['earlier']] },
    others: { lane: ['io', 'cpu'], compensate: ['undo', 'redo'] },
  },
}
type Options = Readonly<Record<string, readonly unknown[]>>

const always: Options = { as: ['one', 'two'], timeoutMs: [5, 6], concurrency: [2, 3], onInterrupted: ['fail', 'rerun'] }
const functions = 'export { f as a, f as b, f as undo, f as redo }; function f() {}'
const files = {
  'prompt.md': 'Where is it?',
  'schema.json': '{"type":"string"}',
  'one.mjs': `export default () => 1\n${functions}`,
  'two.mjs': `export default () => 2\n${functions}`,
  'three.mjs': `export default () => 3\n${functions}`,
  'items.jsonl': '{"name":"Mill"}\n',
}

function chosen(options: Options): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(options).map(([name, values]) => [name, fc.constantFrom(...values)] as const)
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] })
}

function versionsOf(plan: JobPlan): (string | undefined)[] {
  return plan.steps.map((step) => ('version' in step ? step.version : undefined))
}

describe('the version of a step', () => {
  test.each(Object.entries(kinds))(
    'of %s changes with what its results are made of, and with nothing else',
    async (kind, of) => {
      await using folder = await tempFolder(files)
      const versionWith = async (...options: object[]): Promise<string | undefined> => {
        const step = { [kind]: Object.assign({}, of.base, ...options) }
        const earlier = { run: { module: './one.mjs', as: 'earlier' } }
        const plan = await planOf(folder.path, { input: { file: 'items.jsonl' }, steps: [earlier, step] })
        return versionsOf(plan).at(-1)
      }
      const how = chosen({ ...of.others, ...always })
      for (const [name, values] of Object.entries(of.results)) {
        const { [name]: _, ...rest } = of.results
        await fc.assert(
          fc.asyncProperty(chosen(rest), how, how, async (options, one, other) => {
            const without = await versionWith(options, one)
            expect(await versionWith(other, options)).toBe(without)
            const versions = new Set([without])
            for (const value of values) versions.add(await versionWith(one, options, { [name]: value }))
            expect(versions.size, name).toBe(3)
          }),
          { numRuns: 5 },
        )
      }
    },
  )

  test('is the same in another folder', async () => {
    await using here = await tempFolder({ ...files, ...example })
    await using there = await tempFolder()
    await cp(here.path, there.path, { recursive: true })
    const [one, other] = await Promise.all([planAt(here.path), planAt(there.path)])
    expect(versionsOf(one)).toEqual(versionsOf(other))
    expect(versionsOf(one).filter((version) => version !== undefined)).toHaveLength(5)
  })

  test('tells functions apart that are of one text, and follows what their file holds', async () => {
    const text = (by: number): string => `const by = ${by}
const times = (n) => ({ input }) => input * n * by
export default { input: { items: [1] }, steps: [{ run: { task: times(2), given: [] } }, { run: { task: times(3), given: [] } }] }`
    await using folder = await tempFolder({ 'one.mjs': text(1), 'two.mjs': text(2) })
    const plans = await Promise.all(['one.mjs', 'two.mjs', 'one.mjs'].map((name) => planAt(folder.path, name)))
    const [one, two, again] = plans.map(versionsOf)
    expect(new Set([...one!, ...two!]).size).toBe(4)
    expect(again).toEqual(one)
  })

  test('tells schemas apart that describe themselves alike and make other values', async () => {
    const zod = import.meta.resolve('zod')
    const schemas = `import { z } from '${zod}'
const of = (to) => z.object({ size: z.string().transform(to) })
export const Upper = of((text) => text.toUpperCase())
export const Lower = of((text) => text.toLowerCase())`
    await using folder = await tempFolder({ 'schemas.mjs': schemas })
    const extract = (name: string) => ({ extract: { with: 'claude-haiku-4-5', schema: `./schemas.mjs#${name}` } })
    const plan = await planOf(folder.path, { input: { urls: ['a'] }, steps: [extract('Upper'), extract('Lower')] })
    expect(new Set(versionsOf(plan)).size).toBe(2)
  })
})

const example = {
  'companies.csv': 'name,url\nAcme,https://a.example\n',
  'answer.ts': `import { z } from '${import.meta.resolve('zod')}'\nexport const Answer = z.object({ unique: z.string() })`,
  'score.ts': 'export const score = (given: { results: object }): number => Object.keys(given.results).length',
  'compare.md': 'Compare these companies.',
  'job.yaml': `name: competitive-intelligence
input: { file: companies.csv }            # urls, glob, file (jsonl, csv, txt), search, or stdin
lanes: { anthropic: { requestsPerMinute: 50 } }
steps:
  - read: { url: "{{url}}" }
  - summarise: { with: extractive, sentences: 5 }      # or a Claude model, or local:NAME
  - ask: { with: claude-haiku-4-5, prompt: "What makes {{name}} unique? {{summary}}", schema: ./answer.ts#Answer }
  - run: { module: ./score.ts, export: score, lane: cpu }      # the user's own step, on a worker thread
  - collect
  - ask: { with: claude-haiku-4-5, prompt: ./compare.md }
output: { jsonl: out.jsonl, markdown: report.md }
onFailure: settle
budget: { costUsd: 2 }
`,
}

async function planAt(folder: string, name = 'job.yaml'): Promise<JobPlan> {
  return planJob(await loadJob(join(folder, name)), { stdin: new PassThrough(), stdout: new PassThrough() })
}

test('a job with everything in it is planned and described', async () => {
  await using folder = await tempFolder(example)
  const plan = await planAt(folder.path)
  expect(plan.output).toMatchObject({ records: { place: join(folder.path, 'out.jsonl') } })
  const { steps, items, total } = await describePlan(plan)
  expect(steps.map(({ name, runs }) => [name, runs])).toEqual([
    ['page', 1],
    ['summary', 1],
    ['answer', 1],
    ['result', 1],
    ['collect', 0],
    ['answer2', 1],
  ])
  expect(items).toEqual({ count: 1, isEstimate: false })
  expect(total.costUsd).toBeGreaterThan(0)
})
