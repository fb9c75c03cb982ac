import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { loadJob } from '../../../src/batch/job/file/load-job.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { planJob } from '../../../src/batch/job/plan-job.ts'
import { planOf } from '../../support/run-plan.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const ends = () => ({ stdin: new PassThrough(), stdout: new PassThrough() })

async function faultsOf(text: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  await using folder = await tempFolder({ 'job.yaml': text, ...files })
  const failure = await planJob(await loadJob(join(folder.path, 'job.yaml')), ends()).then(
    () => undefined,
    (thrown: unknown) => thrown as { code: string; message: string },
  )
  expect(failure?.code).toBe('JOB_INVALID')
  return failure!.message.split('\n').map((line) => line.replace(/ \(known: .*/, '').replace(folder.path, ''))
}

const companies = { 'companies.csv': 'name,url\nAcme,https://acme.example\n' }

describe('planJob', () => {
  test('refuses an output that is a file of the job: a module, a prompt, a schema', async () => {
    await using folder = await tempFolder({
      ...companies,
      'score.mjs': 'export default () => 1',
      'keep.mjs': 'export default () => true',
      'ask.md': 'What is {{name}}?',
      'answer.json': '{"type":"object","properties":{"kind":{"type":"string"}}}',
    })
    await symlink(join(folder.path, 'score.mjs'), join(folder.path, 'link.jsonl'))
    const definition = (output: object) => ({
      input: { file: 'companies.csv' },
      steps: [
        { filter: { module: './keep.mjs' } },
        { run: { module: './score.mjs' } },
        { ask: { with: 'claude-haiku-4-5', prompt: './ask.md', schema: './answer.json' } },
      ],
      output,
    })
    const refused = { code: 'JOB_INVALID', message: expect.stringMatching(/which the job reads or writes already/) }
    for (const name of ['score.mjs', 'keep.mjs', 'ask.md', 'answer.json', 'link.jsonl']) {
      const way = name === 'ask.md' ? 'markdown' : 'jsonl'
      await expect(planOf(folder.path, definition({ [way]: name }))).rejects.toMatchObject(refused)
      const path = join(folder.path, 'job.yaml')
      const out = join(folder.path, name)
      await writeFile(path, JSON.stringify(definition({ jsonl: 'out.jsonl' })))
      const plain = await loadJob(path)
      await expect(planJob(plain, { ...ends(), out })).rejects.toMatchObject({ message: refused.message })
    }
    expect((await planOf(folder.path, definition({ jsonl: 'out.jsonl' }))).output.records).toBeDefined()
  })

  test('makes a job ready, with the names that its steps have by themselves', async () => {
    await using folder = await tempFolder({ ...companies, 'score.mjs': 'export default () => 1' })
    const plan = await planOf(folder.path, {
      name: 'intelligence',
      input: { file: 'companies.csv' },
      lanes: { anthropic: { requestsPerMinute: 50 } },
      steps: [
        { read: { url: '{{url}}', perHost: 2 } },
        'summarise',
        { ask: { with: 'claude-haiku-4-5', prompt: 'What is {{name}}? {{summary}}' } },
        { ask: { with: 'claude-haiku-4-5', prompt: 'And what not?', lane: undefined } },
        { run: { module: './score.mjs' } },
        'collect',
        {
          ask: { with: 'claude-haiku-4-5', prompt: 'Compare. {{#items}}{{name}} {{answer2}}{{/items}}', as: 'report' },
        },
      ],
      output: { jsonl: 'out.jsonl', markdown: 'report.md', ordered: true, fields: ['answer', 'answer2'] },
      onFailure: { quorum: 3 },
      budget: { costUsd: 2 },
      durability: 'power',
      concurrency: 9,
      limit: 5,
    })
    expect(plan).toMatchObject({
      name: 'intelligence',
      journalFolder: join(folder.path, '.weft', 'intelligence'),
      limit: 5,
      output: { isOrdered: true, fields: ['answer', 'answer2'] },
      policy: { kind: 'quorum', count: 3 },
      budget: { costUsd: 2 },
      durability: 'power',
      concurrency: 9,
      runtime: {
        lanes: { anthropic: { requestsPerMinute: 50 }, 'hosts of page': { perKey: { concurrency: 2 } } },
      },
    })
    expect(plan.output.records?.place).toMatch(/out\.jsonl$/)
    expect(plan.output.report?.place).toMatch(/report\.md$/)
    expect(plan.steps.map(({ name, uses }) => [name, uses])).toEqual([
      ['page', []],
      ['summary', ['page']],
      ['answer', ['summary']],
      ['answer2', ['answer']],
      ['result', ['*']],
      ['collect', []],
      ['report', ['answer2']],
    ])
  })

  test('says of every step what is wrong with what it names, and where', async () => {
    const text = `input: { file: companies.csv }
steps:
  - read: { url: "{{website}}", as: name }
  - ask:
      with: claude-haiku-45
      prompt: |
        What makes {{nme}} unique?
        {{page.title}} {{#a}}
  - ask: { with: claude-haiku-4-5, prompt: ./compare.md, schema: { type: objct } }
  - ask: { with: claude-haiku-4-5, prompt: ./nowhere.md, schema: ./compare.md#Answer, as: name }
  - extract: { with: extractive, schema: ./answer.mjs#Anser }
  - run: { module: ./score.ts, lane: cp, given: [nme] }
  - filter: { field: nam, above: 3 }
  - filter: { field: name }
  - chunk: { size: 10, overlap: 8 }
  - rank: { query: "{{name}}" }
lanes: { cpu: { concurrency: 3 }, anthropic: { mode: batch, requestsPerMinute: 3 } }
output: { jsonl: out.jsonl, markdown: pages, fields: [sumary] }
`
    const files = {
      ...companies,
      'compare.md': 'Compare\n  {{nme}} now',
      'answer.mjs':
        'export const Answer = { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } }',
    }
    expect(await faultsOf(text, files)).toEqual([
      'job.yaml:3:19: unknown name website',
      'job.yaml:5:13: ask: unknown model claude-haiku-45, did you mean claude-haiku-4-5?',
      'job.yaml:8:24: {{#a}} without {{/a}} behind it',
      expect.stringMatching(/^job\.yaml:9:66: ask: JSON Schema at type: Instance does not match any of \["string"/),
      'job.yaml:10:44: ask: there is no file ./nowhere.md beside the job',
      'job.yaml:10:66: ask: expected a module or a .json file, as in ./answer.ts#Answer, got ./compare.md',
      'job.yaml:10:91: as: step 1 is called name, too',
      'job.yaml:11:22: extract: expected a model that can generate, claude-haiku-4-5 or local:NAME, got extractive',
      'job.yaml:11:42: extract: ./answer.mjs exports no schema Anser, did you mean Answer?',
      'job.yaml:12:20: run: there is no file ./score.ts beside the job',
      'job.yaml:12:50: run: there is no result nme here',
      'job.yaml:13:22: filter: unknown name nam, did you mean name?',
      'job.yaml:14:5: filter: expected a condition on name: exists, equals, notEquals, in, contains, above, below',
      'job.yaml:15:33: chunk: expected at most half of the size, 10, got 8',
      'job.yaml:16:20: rank: expected one question for all items, without {{ }}',
      'job.yaml:17:10: lane cpu has a slot for each core: leave it out',
      "job.yaml:17:61: lane anthropic: requestsPerMinute is for mode 'direct': leave it out, a batch is one request",
      'job.yaml:18:29: output: expected jsonl or markdown: both go together behind a collect, where markdown is what comes out of it',
      'job.yaml:18:55: fields: no step is called sumary',
      './compare.md:2:3: unknown name nme, did you mean name?',
    ])
  })

  test('says of a field of the input that its records have it already', async () => {
    const job = (input: string, steps: string) =>
      `input: { ${input} }\nsteps: [${steps}]\noutput: { jsonl: out.jsonl, fields: [name] }`
    const said = 'job.yaml:3:38: fields: no step is called name'
    const already = 'stands in input of each record already: leave it out'
    for (const steps of ['summarise', 'summarise, collect'])
      expect(await faultsOf(job('file: companies.csv', steps), companies)).toEqual([
        `${said}: it is a field of the input, and ${already}`,
      ])
    expect(await faultsOf(job('file: c.jsonl', 'summarise'), { 'c.jsonl': '{"name":"Mill"}' })).toEqual([
      `${said} (a field of the input stands in input of each record already)`,
    ])
  })

  test('says what is wrong with its places', async () => {
    expect(await faultsOf('input: { file: nowhere.csv }\nsteps: [read]')).toEqual([
      expect.stringMatching(/^job\.yaml:1:16: input: cannot read nowhere\.csv: there is no such file/),
    ])
    expect(
      await faultsOf('input: { file: companies.csv }\nsteps: [summarise]\noutput: { jsonl: companies.csv }', companies),
    ).toEqual([expect.stringMatching(/^job\.yaml:3:18: output: jsonl: companies\.csv: /)])
    expect(
      (await faultsOf('input: { file: companies.csv }\nsteps: [read]', { 'companies.csv': 'name\nAcme' }))[0],
    ).toMatch(/^job\.yaml:2:9: read: expected option url, since the input has no field url/)
  })

  test("writes nothing into the journal's folder", async () => {
    const text = 'input: { file: companies.csv }\nsteps: [read]\noutput: { jsonl: ./.weft/job/journal.db }'
    expect(await faultsOf(text, companies)).toEqual([
      "job.yaml:3:18: output: jsonl: the folder .weft is the journal's: choose another place",
    ])
  })

  test('read gives up after its time, retries and all', async () => {
    await using folder = await tempFolder()
    const plan = await planOf(folder.path, { input: { urls: ['a'] }, steps: [{ read: { timeoutMs: 5, retries: 3 } }] })
    expect(plan.steps[0]).toMatchObject({ timeoutMs: 5, totalTimeoutMs: 5, retry: { maxAttempts: 4 } })
  })

  test('asks what is meant by a prompt that is the name of a file', async () => {
    const text = 'input: { urls: [a] }\nsteps: [{ ask: { with: claude-haiku-4-5, prompt: compare.md } }]'
    expect(await faultsOf(text)).toEqual(['job.yaml:2:50: ask: for the file write ./compare.md'])
  })

  test('refuses limits of a lane that nothing is on', async () => {
    const job = (steps: string) => `input: { urls: [a] }
lanes:
  antropic: { requestsPerMinute: 5 }
  shop: { concurrency: 3 }
  local: { concurrency: 1 }
steps: [${steps}]`
    const ask = '{ ask: { with: claude-haiku-4-5, prompt: Why? } }'
    const misspelt = 'job.yaml:3:3: lanes.antropic: no step is on this lane, did you mean anthropic?'
    expect(await faultsOf(job(ask))).toEqual([misspelt, 'job.yaml:4:3: lanes.shop: no step is on this lane'])
    const files = { 'buy.mjs': 'export default () => 1' }
    const onShop = (module: string, lane: string) => `${ask}, { run: { module: ${module}, lane: ${lane} } }`
    expect(await faultsOf(job(onShop('./buy.mjs', 'shop')), files)).toEqual([misspelt])
    // Own code on the event loop may call what is on any lane.
    expect(await faultsOf(job(onShop('./buy.mjs', 'io')), files)).toEqual([misspelt])
    expect(await faultsOf(job(onShop('./buy.mjs', 'shp')), files)).toEqual([
      'job.yaml:6:94: run: unknown lane shp, did you mean shop?',
    ])
  })

  test('takes another input, output and limit than the job says', async () => {
    await using folder = await tempFolder({ ...companies, 'other.jsonl': '{"url":"https://other.example"}\n' })
    await writeFile(
      join(folder.path, 'job.yaml'),
      'input: { file: companies.csv }\nsteps: [{ read: { url: "{{url}}" } }]\noutput: { jsonl: a.jsonl }',
    )
    const job = await loadJob(join(folder.path, 'job.yaml'))
    const more = { input: join(folder.path, 'other.jsonl'), out: `${join(folder.path, 'pages')}/`, limit: 1 }
    const plan = await planJob(job, { ...ends(), ...more })
    expect(plan).toMatchObject({ limit: 1, source: { size: { items: 1 } } })
    expect(plan.output.records?.place).toContain('pages')
    await expect(planJob(job, { ...ends(), input: '/nowhere.csv' })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

describe("a step's version", () => {
  const scoring = (text: string): string => `export default () => '${text}'\nexport const other = () => 1`

  /** Of the last step, in a folder with these files. */
  async function version(
    step: object,
    files: Readonly<Record<string, string>> = {},
    job: object = {},
  ): Promise<string> {
    await using folder = await tempFolder({
      'score.mjs': scoring('a'),
      'prompt.md': 'p',
      'schema.json': '{"type":"object"}',
      ...files,
    })
    const plan: JobPlan = await planOf(folder.path, { input: { urls: ['a'] }, ...job, steps: [step] })
    const last = plan.steps.at(-1)!
    return 'version' in last ? last.version : ''
  }
  const ask = (more: object) => ({ ask: { with: 'claude-haiku-4-5', prompt: './prompt.md', ...more } })

  test('changes with what its results are made of', async () => {
    const versions = await Promise.all([
      version(ask({})),
      version(ask({ with: 'claude-sonnet-4-5' })),
      version(ask({ maxTokens: 100 })),
      version(ask({ temperature: 0 })),
      version(ask({ system: 'In German.' })),
      version(ask({ schema: './schema.json' })),
      version(ask({ schema: './schema.json' }), { 'schema.json': '{"type":"array"}' }),
      version(ask({}), { 'prompt.md': 'another' }),
      version(ask({}), {}, { version: 2 }),
      version({ run: { module: './score.mjs' } }),
      version({ run: { module: './score.mjs' } }, { 'score.mjs': scoring('b') }),
      version({ run: { module: './score.mjs', export: 'other' } }),
      version({ run: { module: './score.mjs', version: '1' } }),
      version({ summarise: { sentences: 2 } }),
      version({ summarise: { sentences: 3 } }),
      version({ chunk: { size: 100 } }),
      version({ chunk: { size: 100, overlap: 10 } }),
      version({ read: { summarySentences: 3 } }),
      version('read' as never),
      version(ask({ with: 'local:./one/model.gguf' })),
      version(ask({ with: 'local:./other/model.gguf' })),
    ])
    expect(new Set(versions).size).toBe(versions.length)
  })

  test('does not change with how, when and for how much it is run', async () => {
    const same = async (...versions: Promise<string>[]) => expect(new Set(await Promise.all(versions)).size).toBe(1)
    const how = {
      timeoutMs: 5,
      concurrency: 3,
      retry: { maxAttempts: 1 },
      onInterrupted: 'fail',
      effects: true,
      as: 'x',
    }
    await same(version(ask({})), version(ask({ ...how, cache: true, firstTokenTimeoutMs: 9 })))
    await same(
      version(ask({})),
      version(ask({}), {}, { lanes: { anthropic: { mode: 'batch' } }, budget: { costUsd: 1 } }),
    )
    await same(version(ask({ prompt: 'p' })), version(ask({})))
    await same(
      version(ask({ schema: './schema.json' })),
      version(ask({ schema: { type: 'object' } })),
      version(ask({ schema: './schema.json' }), { 'schema.json': '{ "type": "object" }' }),
    )
    await same(version('read' as never), version({ read: { allowPrivate: true, retries: 9, perHost: 1, maxBytes: 5 } }))
    await same(version({ run: { module: './score.mjs', lane: 'io' } }), version({ run: { module: './score.mjs' } }))
    const pinned = { run: { module: './score.mjs', version: '1' } }
    await same(version(pinned), version(pinned, { 'score.mjs': scoring('b') }))
  })
})
