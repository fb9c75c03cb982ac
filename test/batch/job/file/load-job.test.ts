import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadJob } from '../../../../src/batch/job/file/load-job.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

/** The message without the names that are known, which are long. */
async function refusal(text: string, file = 'job.yaml'): Promise<string[]> {
  await using folder = await tempFolder({ [file]: text })
  const failure = await loadJob(join(folder.path, file)).then(
    () => undefined,
    (thrown: unknown) => thrown as { code: string; message: string },
  )
  expect(failure?.code).toBe('JOB_INVALID')
  return failure!.message.split('\n').map((line) => line.replace(/ \(known: .*\)/, '').replace(folder.path, ''))
}

describe('loadJob', () => {
  test('reads a job of YAML, and calls it after its file', async () => {
    await using folder = await tempFolder({ 'pages.yml': 'input: { urls: [https://a.example] }\nsteps: [read]\n' })
    const job = await loadJob(join(folder.path, 'pages.yml'))
    expect(job).toMatchObject({ name: 'pages', folder: folder.path, definition: { steps: ['read'] } })
  })

  test('reads a job of TypeScript', async () => {
    const index = new URL('../../../../src/index.ts', import.meta.url).href
    const text = `import { job } from '${index}'\nexport default job({ name: 'own', input: { items: [1] }, steps: [{ run: { task: () => 1 } }] })\n`
    await using folder = await tempFolder({ 'pages.ts': text })
    const job = await loadJob(join(folder.path, 'pages.ts'))
    expect(job).toMatchObject({ name: 'own', definition: { input: { items: [1] } } })
    expect(job.codeVersion).toMatch(/^[\w-]{22}$/)
  })

  test('says of every fault where it stands, and what may be meant', async () => {
    const text = `name: a/b
input: { urls: [https://a.example], format: csv }
steps:
  - read: { alowPrivate: true, timeout: 3 }
  - summarise:
      with: extractive
      sentense: 5
  - sumarise
  - ask: { prompt: "" }
  - ask: { with: claude-haiku-4-5, prompt: x }
    read: {}
  - rank
lanes: { anthropic: { requestsPerMinut: 5 } }
onFailure: sometimes
output: { jsonl: out.jsonl, fields: summary }
`
    expect(await refusal(text)).toEqual([
      'job.yaml:1:7: name: expected a match of /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, got "a/b"',
      'job.yaml:2:37: option format is for items of a file: leave it out',
      'job.yaml:4:13: unknown option alowPrivate, did you mean allowPrivate?',
      'job.yaml:4:32: unknown option timeout, did you mean timeoutMs?',
      'job.yaml:7:7: unknown option sentense, did you mean sentences?',
      'job.yaml:8:5: unknown step sumarise, did you mean summarise?',
      'job.yaml:9:5: option with is missing',
      'job.yaml:9:20: prompt: expected at least 1 character, got none',
      'job.yaml:10:5: expected the name of one step, with its options, got ask and read: give each a dash of its own',
      'job.yaml:12:5: rank has options that it needs: write rank: { … }',
      'job.yaml:13:23: unknown option requestsPerMinut, did you mean requestsPerMinute?',
      'job.yaml:14:12: onFailure: expected settle, fail-fast, { quorum: n } or { deadlineMs: n }',
      'job.yaml:15:37: fields: expected a list, got "summary"',
    ])
  })

  test('asks for one place that items come from, and says what to do instead of a search', async () => {
    expect(await refusal('input: { urls: [a], file: b }\nsteps: [read]')).toEqual([
      'job.yaml:1:8: input: expected one of urls, glob, file or stdin, got urls and file',
    ])
    expect((await refusal('input: { search: mills }\nsteps: [read]'))[0]).toMatch(
      /^job\.yaml:1:10: weft has no search provider yet: search beforehand/,
    )
    expect(await refusal('{}')).toEqual([
      'job.yaml:1:1: option input is missing',
      'job.yaml:1:1: option steps is missing',
    ])
    expect(await refusal('input: { urls: [a] }\nsteps:\n  - read: [a]')).toEqual([
      'job.yaml:3:11: read: expected options, got a list',
    ])
    expect(await refusal('- a')).toEqual(['job.yaml:1:1: expected a job, with input and steps, got a list'])
  })

  test('says where YAML itself is wrong', async () => {
    expect((await refusal('input: [a\nsteps: b'))[0]).toMatch(/^job\.yaml:\d:\d: /)
    expect(await refusal('input: { file: a }\ninput: { file: b }\nsteps: [read]')).toEqual([
      'job.yaml:2:1: Map keys must be unique',
    ])
    expect((await refusal('input: !!js/function "() => 1"\nsteps: [read]'))[0]).toMatch(
      /^job\.yaml:1:8: Unresolved tag/,
    )
  })

  test('says what was meant by YAML that is another thing than it looks like', async () => {
    const steps = 'input: { urls: [a] }\nsteps:\n'
    expect(await refusal(`${steps}  - read: { url: {{url}} }`)).toEqual([
      'job.yaml:3:19: a text with {{ }} stands in quotes: "{{name}}"',
    ])
    expect(await refusal(`${steps}  - ask:\n      with: claude-haiku-4-5\n      prompt: {{name}}`)).toEqual([
      'job.yaml:5:16: a text with {{ }} stands in quotes: "{{name}}"',
    ])
    expect(await refusal('input: { urls: [a] }\nsteps: [read]\n---\nname: b')).toEqual([
      'job.yaml:3:1: expected one document: a file is one job',
    ])
    expect(await refusal('? [a]\n: b')).toEqual(['job.yaml:1:3: expected a name, a text, before the colon'])
    expect(await refusal('input: { urls: [a, 5, ~] }\nversion: ~\nsteps: [5]')).toEqual([
      'job.yaml:1:20: urls[1]: expected a text, got 5',
      'job.yaml:1:23: urls[2]: expected a text, got nothing',
      'job.yaml:2:10: version: expected a text or a number',
      'job.yaml:3:9: expected the name of one step, with its options, got 5',
    ])
    expect(await refusal('input: { items: abc }\nsteps: [{ run: { task: x } }]')).toEqual([
      'job.yaml:1:17: items: expected a list, or in TypeScript anything that can be iterated',
      'job.yaml:2:24: expected a function, as only a job of TypeScript can say it: in YAML name a module',
    ])
    expect(await refusal('input: &i { urls: [a], more: *i }\nsteps: [read]')).toEqual([
      'job.yaml: an alias stands within what it is an alias of',
    ])
  })

  test('takes what is the same written otherwise', async () => {
    const plain = 'input: { urls: [a] }\nsteps: [read]\n'
    const crlf = plain.replaceAll('\n', '\r\n')
    const aliased = 'input: { urls: [&a a] }\nsteps: [read]\nversion: *a\n'
    for (const text of [`\uFEFF${plain}`, crlf, `---\n${plain}...\n`, `# x\n${plain}`, aliased]) {
      await using folder = await tempFolder({ 'job.yaml': text })
      const { definition } = await loadJob(join(folder.path, 'job.yaml'))
      expect(definition).toMatchObject({ input: { urls: ['a'] }, steps: ['read'] })
    }
  })

  test('a module that was edited is loaded anew', async () => {
    const text = (limit: number): string =>
      `export default { input: { items: [1] }, limit: ${limit}, steps: ['collect'] }`
    await using folder = await tempFolder({ 'job.mjs': text(1) })
    const path = join(folder.path, 'job.mjs')
    expect((await loadJob(path)).definition.limit).toBe(1)
    await writeFile(path, text(2))
    expect((await loadJob(path)).definition.limit).toBe(2)
    await writeFile(path, 'export default () => 1')
    await expect(loadJob(path)).rejects.toThrow('expected a job, with input and steps, got a function')
  })

  test('refuses what would take the parser or the memory', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'.split('').map((name, index) => {
        const before = 'abcdefghi'[index]
        return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`
      }),
    ]
    expect(await refusal(bomb.join('\n'))).toEqual([
      'job.yaml: Excessive alias count indicates a resource exhaustion attack',
    ])
    expect(await refusal(`input: ${'['.repeat(200_000)}`)).toEqual([
      expect.stringMatching(/^job\.yaml:1:\d+: it nests too deep$/),
    ])
    expect(await refusal(`input: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toEqual([
      expect.stringMatching(/^job\.yaml:1:\d+: it nests too deep$/),
    ])
    expect((await refusal(`input: ${'- '.repeat(100_000)}x`))[0]).toMatch(/^job\.yaml:1:8: Unexpected/)
    expect((await refusal('#'.repeat(1_100_000)))[0]).toMatch(/expected at most 262144 characters/)
  })

  test('takes no name for a known one that every object inherits', async () => {
    const text =
      'input: { urls: [a] }\nsteps:\n  - read: { constructor: 1, __proto__: { allowPrivate: true } }\n  - toString: {}\n  - read: { as: __proto__ }\n'
    expect(await refusal(text)).toEqual([
      'job.yaml:3:13: unknown option constructor',
      'job.yaml:3:29: unknown option __proto__',
      'job.yaml:4:5: unknown step toString',
      expect.stringMatching(/^job\.yaml:5:17: as: expected a match of .*, got "__proto__"$/),
    ])
  })

  test('refuses a file that is none, that has no job in it, or that cannot name one', async () => {
    expect(await refusal('{}', 'job.json')).toEqual([
      '/job.json: expected a job file (.yaml, .yml, .ts, .js), got .json',
    ])
    expect((await refusal('export const a = 1', 'job.ts'))[0]).toMatch(/expected export default job/)
    expect((await refusal('export default { input: {} }', 'job.mjs'))[0]).toBe('job.mjs: option steps is missing')
    expect((await refusal('throw new Error("no")', 'job.mjs'))[0]).toBe('/job.mjs: no')
    const index = new URL('../../../../src/index.ts', import.meta.url).href
    const own = `import { job } from '${index}'\nexport default job({ input: { urls: ['a'] }, limit: 0, stepz: [] })`
    expect(await refusal(own, 'job.ts')).toEqual([
      'job.ts: limit: expected >=1, got 0',
      'job.ts: option steps is missing',
      expect.stringMatching(/^job\.ts: stepz: unknown option stepz, did you mean steps\?/),
    ])
    expect(await refusal('export default { get input() { throw new Error("never") } }', 'job.mjs')).toEqual([
      '/job.mjs: never',
    ])
    expect((await refusal('input: { urls: [a] }\nsteps: [read]', 'my job.yaml'))[0]).toMatch(/give the job one/)
    await expect(loadJob('/nowhere/job.yaml')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
