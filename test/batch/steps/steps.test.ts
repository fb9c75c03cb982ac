import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createRuntime } from '../../../src/index.ts'
import { usableCores } from '../../../src/observe/usable-cores.ts'
import { startClaudeServer } from '../../fixtures/claude-server.ts'
import { planOf, throughSteps } from '../../support/run-plan.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { serveFiles } from '../../web/loopback.ts'

const page = `<html lang="en"><title>The mill</title><article><h1>The mill</h1><p>${'The parish owns the mill by the river. It grinds rye on Tuesdays and wheat on Fridays. '.repeat(8)}</p></article></html>`

describe('steps of a job', () => {
  test('read, summarise, chunk and filter by what they gave', async () => {
    await using server = await serveFiles({
      '/mill': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page),
    })
    await using folder = await tempFolder({
      'places.jsonl': `{"name":"Mill","path":"mill","rank":"7"}\n{"name":"Inn","path":"inn","rank":"3"}\n`,
    })
    const plan = await planOf(folder.path, {
      input: { file: 'places.jsonl' },
      steps: [
        { filter: { field: 'rank', above: 5 } },
        { read: { url: `${server.origin}/{{path}}`, allowPrivate: true } },
        { filter: { field: 'page.title', contains: 'mill' } },
        { summarise: { sentences: 1 } },
        { chunk: { by: 'characters', size: 200, text: '{{page}}' } },
        { filter: { field: 'chunk', exists: true } },
      ],
    })
    await using weft = await createRuntime()
    const items = await throughSteps(plan, weft)
    expect(items.length).toBeGreaterThan(2)
    expect(items[0]).toMatchObject({
      input: { name: 'Mill' },
      results: {
        page: { title: 'The mill', language: 'en' },
        summary: expect.stringMatching(/^(The parish|It grinds)[^.]*\.$/),
      },
    })
    for (const { last } of items) expect((last as string).length).toBeLessThanOrEqual(200)
  })

  test('a file is read where the input names it, and never where a step has found its name', async () => {
    await using folder = await tempFolder({
      'page.html': page,
      'list.txt': 'page.html\n',
      'find.mjs': 'export default () => "page.html"',
    })
    await using weft = await createRuntime()
    const read = await planOf(folder.path, { input: { file: 'list.txt' }, steps: ['read'] })
    expect((await throughSteps(read, weft))[0]?.results.page).toMatchObject({ title: 'The mill' })
    const globbed = await planOf(folder.path, { input: { glob: '*.html' }, steps: ['read'] })
    expect((await throughSteps(globbed, weft))[0]?.results.page).toMatchObject({ title: 'The mill' })
    for (const steps of [
      [{ run: { module: './find.mjs' } }, 'read'],
      [{ run: { module: './find.mjs' } }, { read: { url: '{{result}}' } }],
      [{ run: { module: './find.mjs' } }, { read: { url: `file://${folder.path}/{{{result}}}` } }],
    ]) {
      const plan = await planOf(folder.path, { input: { file: 'list.txt' }, steps })
      await expect(throughSteps(plan, weft)).rejects.toMatchObject({ code: 'URL_INVALID' })
    }
    const named = await planOf(folder.path, { input: { urls: ['page.html'] }, steps: ['read'] })
    await expect(throughSteps(named, weft)).rejects.toMatchObject({ code: 'URL_INVALID' })
  })

  describe('a file of this machine that data names', () => {
    test.each([
      ['a path', (path: string) => path, { read: { url: '{{url}}' } }],
      ['a path, not escaped', (path: string) => path, { read: { url: '{{{url}}}' } }],
      ['a path, by default', (path: string) => path, 'read'],
      ['a relative path', () => 'page.html', { read: { url: '{{url}}' } }],
      ['a path with a dot', () => './page.html', 'read'],
      ['a file: URL', (path: string) => `file://${path}`, 'read'],
      ['a FILE: URL', (path: string) => `FILE://${path}`, { read: { url: '{{{url}}}' } }],
      ['behind a file: of the job', (path: string) => path, { read: { url: 'file://{{{url}}}' } }],
      ['a part of a path of the job', () => 'page', { read: { url: './{{url}}.html' } }],
      ['a drive of Windows', () => 'C:\\page.html', 'read'],
      ['a share of Windows', () => '\\\\host\\page.html', 'read'],
      ['a path in all that the item is', (path: string) => path, { read: { url: '{{{input.url}}}' } }],
    ])('is refused: %s', async (_, urlOf, step) => {
      await using folder = await tempFolder({ 'page.html': page })
      const row = JSON.stringify({ url: urlOf(`${folder.path}/page.html`) })
      await writeFile(`${folder.path}/rows.jsonl`, `${row}\n`)
      const plan = await planOf(folder.path, { input: { file: 'rows.jsonl' }, steps: [step] })
      await using weft = await createRuntime()
      await expect(throughSteps(plan, weft)).rejects.toMatchObject({
        code: 'URL_INVALID',
        retryable: false,
        message: expect.stringContaining('allowFiles: true'),
      })
    })

    test('is refused as a text of JSON lines', async () => {
      await using folder = await tempFolder({ 'page.html': page, 'rows.jsonl': '"page.html"\n' })
      const plan = await planOf(folder.path, { input: { file: 'rows.jsonl' }, steps: ['read'] })
      await using weft = await createRuntime()
      await expect(throughSteps(plan, weft)).rejects.toMatchObject({ code: 'URL_INVALID' })
    })

    test.each([
      ['a field', 'rows.jsonl', [{ read: { url: '{{url}}', allowFiles: true } }]],
      ['an own field', 'rows.jsonl', [{ read: { allowFiles: true } }]],
      ['a result', 'list.txt', [{ run: { module: './find.mjs' } }, { read: { url: '{{result}}', allowFiles: true } }]],
    ])('is read where the step allows it: %s', async (_, file, steps) => {
      await using folder = await tempFolder({
        'page.html': page,
        'rows.jsonl': '{"url":"page.html"}\n',
        'list.txt': 'anything\n',
        'find.mjs': 'export default () => "page.html"',
      })
      const plan = await planOf(folder.path, { input: { file }, steps })
      await using weft = await createRuntime()
      expect((await throughSteps(plan, weft))[0]?.results.page).toMatchObject({ title: 'The mill' })
    })

    test.each([
      ['in the job', 'rows.jsonl', './page.html'],
      ['as a line of a list, in a template', 'list.txt', '{{input}}'],
      ['as a part of one', 'names.txt', './{{{input}}}.html'],
    ])('is read where the user names it: %s', async (_, file, url) => {
      await using folder = await tempFolder({
        'page.html': page,
        'rows.jsonl': '{"name":"Mill"}\n',
        'list.txt': 'page.html\n',
        'names.txt': 'page\n',
      })
      const plan = await planOf(folder.path, { input: { file }, steps: [{ read: { url } }] })
      await using weft = await createRuntime()
      expect((await throughSteps(plan, weft))[0]?.results.page).toMatchObject({ title: 'The mill' })
    })
  })

  test('ask by a prompt, with a schema of a module, and once for all that was collected', async () => {
    const prompts: string[] = []
    await using claude = await startClaudeServer((call) => {
      const said = JSON.stringify(call.body)
      prompts.push(said)
      return call.answer({ words: [said.includes('Compare') ? 'Both mill.' : '{"owner":"the parish"}'] })
    })
    process.env.ANTHROPIC_BASE_URL = claude.baseURL
    process.env.ANTHROPIC_API_KEY = 'sk-nobody-checks-it'
    const zod = import.meta.resolve('zod')
    await using folder = await tempFolder({
      'places.csv': 'name,text\nMill,Owned by the parish.\nInn,Owned by nobody.\n',
      'answer.ts': `import { z } from '${zod}'\nexport const Answer = z.object({ owner: z.string() })`,
      'compare.md': 'Compare these places.',
    })
    const plan = await planOf(folder.path, {
      input: { file: 'places.csv' },
      steps: [
        { ask: { with: 'claude-haiku-4-5', prompt: 'Who owns {{name}}? {{text}}', schema: './answer.ts#Answer' } },
        'collect',
        { ask: { with: 'claude-haiku-4-5', prompt: './compare.md', as: 'report' } },
      ],
    })
    expect(plan.steps[0]).toMatchObject({ lane: 'anthropic', model: 'anthropic/claude-haiku-4-5' })
    await using weft = await createRuntime({ lanes: plan.runtime.lanes! })
    const [report] = await throughSteps(plan, weft)
    expect(report?.results).toEqual({ report: 'Both mill.' })
    expect(report?.items?.map(({ results }) => results)).toEqual([
      { answer: { owner: 'the parish' } },
      { answer: { owner: 'the parish' } },
    ])
    expect(prompts[0]).toContain('Who owns Mill? Owned by the parish.')
    expect(prompts[2]).toMatch(/Compare these places\..*number=.*name: Mill.*owner.*the parish.*name: Inn/)
  })

  test('asks nothing where there is nothing to ask about', async () => {
    await using folder = await tempFolder({ 'texts.jsonl': '{"text":"  "}\n' })
    const ask = (prompt: string) => ({ ask: { with: 'claude-haiku-4-5', prompt } })
    await using weft = await createRuntime()
    const input = { file: 'texts.jsonl' }
    const blank = await planOf(folder.path, { input, steps: [ask('{{text}}')] })
    await expect(throughSteps(blank, weft)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  test('rank, dedupe, embed, and functions of modules on a worker thread and on the loop', async () => {
    await using folder = await tempFolder({
      'texts.jsonl': ['the mill by the river', 'the mill by the river!', 'rye and wheat', 'a river mill']
        .map((text) => JSON.stringify({ text }))
        .join('\n'),
      'score.mjs': `import { isMainThread } from 'node:worker_threads'
export const score = ({ input, results }) => ({ length: input.text.length, rank: results.rank.score, isMainThread })
export const isLong = ({ input }) => input.text.length > 13
export const loop = ({ results }, context) => ({ ...results.result, attempt: context.attempt })`,
    })
    const plan = await planOf(folder.path, {
      input: { file: 'texts.jsonl' },
      steps: [
        { dedupe: { threshold: 0.8, text: '{{text}}' } },
        { rank: { query: 'mill at a river', top: 2, text: '{{text}}' } },
        { filter: { module: './score.mjs', export: 'isLong' } },
        { run: { module: './score.mjs', export: 'score' } },
        { run: { module: './score.mjs', export: 'loop', lane: 'io', given: ['result'] } },
        { embed: { text: '{{text}}' } },
      ],
    })
    await using weft = await createRuntime()
    const items = await throughSteps(plan, weft)
    expect(items.map(({ input }) => input)).toEqual([{ text: 'the mill by the river' }])
    const { results } = items[0]!
    expect(results.result2).toEqual({ length: 21, rank: expect.any(Number), isMainThread: false, attempt: 1 })
    const vector = results.vector as number[]
    expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
  })

  test('a step may be taken back by another export of its module', async () => {
    await using folder = await tempFolder({
      'act.mjs': `export default ({ input }) => input.toUpperCase()\nexport const undo = ({ input, value }) => { if (value !== input.input.toUpperCase()) throw new Error('other') }`,
    })
    const plan = await planOf(folder.path, {
      input: { urls: ['a'] },
      steps: [{ run: { module: './act.mjs', compensate: 'undo', effects: true } }],
    })
    const [step] = plan.steps
    if (step?.kind !== 'each') throw new Error('expected a step')
    // No more of it is begun than can run: all of that is in doubt after a crash.
    expect(step).toMatchObject({ effects: true, onInterrupted: 'fail', concurrency: await usableCores() })
    await using weft = await createRuntime()
    const given = step.prepare({ input: 'a', results: {}, last: 'a' })
    await weft.call((_: undefined, context) => step.compensate!(given, 'A', context), undefined)
    await expect(
      weft.call((_: undefined, context) => step.compensate!(given, 'B', context), undefined),
    ).rejects.toThrow('other')
  })

  test('what a function gives must be data', async () => {
    await using folder = await tempFolder({ 'bad.mjs': 'export default () => 1n\nexport const none = () => {}' })
    const planned = (exported: string) =>
      planOf(folder.path, {
        input: { urls: ['a'] },
        steps: [{ run: { module: './bad.mjs', export: exported, lane: 'io' } }],
      })
    await using weft = await createRuntime()
    await expect(throughSteps(await planned('default'), weft)).rejects.toThrow('expected JSON data')
    expect((await throughSteps(await planned('none'), weft))[0]?.last).toBeNull()
  })
})
