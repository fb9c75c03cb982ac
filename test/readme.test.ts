import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCorpusServer } from '../bench/corpus/server.ts'
import { codes } from '../src/index.ts'
import { startClaudeServer } from './fixtures/claude-server.ts'

const run = promisify(execFile)
const root = new URL('../', import.meta.url)
const readme = await readFile(new URL('README.md', root), 'utf8')

/** The TypeScript blocks of README, each with the name of the file that its first line gives it, if it gives one. */
const examples = [...readme.matchAll(/```ts\n(?:\/\/ (\S+\.ts)\n)?(.*?)```/gs)].map(([, name, code], index) => ({
  name: name ?? `example-${index}.ts`,
  // As a user has it, but for the package's place and for the address guard: the pages here come from loopback.
  code: code!
    .replace("from 'zod'", `from '${new URL('node_modules/zod/index.js', root).href}'`)
    .replace("from 'weft'", `from '${new URL('src/index.ts', root).href}'`)
    .replace('createRuntime()', 'createRuntime({ web: { allowPrivate: true } })'),
}))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-readme-'))
  for (const { name, code } of examples) await writeFile(join(folder, name), code)
})
afterAll(() => rm(folder, { recursive: true }))

describe('README', () => {
  it('has examples that run and print what they say', async () => {
    await using corpus = await startCorpusServer({ failures: false })
    await using claude = await startClaudeServer((call) => call.answer())
    const env = { ...process.env, ANTHROPIC_BASE_URL: claude.baseURL, ANTHROPIC_API_KEY: 'sk-nobody-checks-it' }
    const urls = corpus.urls.slice(0, 4)
    for (const { name, code } of examples) {
      const { stdout } = await run(process.execPath, [join(folder, name), ...urls], { env })
      for (const [, printed] of code.matchAll(/console\.log.*\/\/ (.*)$/gm)) expect(stdout).toContain(printed)
      if (code.includes('process.argv'))
        for (const url of urls) expect(stdout).toContain(`${url} ${corpus.pages.get(url)!.truth.title}`)
    }
    expect(examples.length).toBeGreaterThanOrEqual(4)
  })

  it('has a job that runs, goes on, and writes what it says', async () => {
    await using corpus = await startCorpusServer({ failures: false })
    const said = { unique: 'They mend nets by night', quote: 'nets' }
    await using claude = await startClaudeServer((call) => {
      const words = call.body.output_config?.format === undefined ? ['All are unlike.'] : [JSON.stringify(said)]
      call.answer({ words })
    })
    const place = join(folder, 'job')
    await mkdir(place)
    const zod = new URL('node_modules/zod/index.js', root).href
    for (const [, name, text] of readme.matchAll(
      /```(?:yaml|ts|md)\n(?:#|\/\/|<!--) (\S+\.(?:yaml|ts|md))(?: -->)?\n(.*?)```/gs,
    )) {
      const here = text!
        .replace("'zod'", `'${zod}'`)
        .replace('url: "{{url}}" }', 'url: "{{url}}", allowPrivate: true }')
      await writeFile(join(place, name!), here)
    }
    const rows = corpus.urls.slice(0, 4).map((url, index) => `Company ${index},${url}`)
    await writeFile(join(place, 'companies.csv'), `name,url\n${rows.join('\n')}\n`)
    const env = { ...process.env, ANTHROPIC_BASE_URL: claude.baseURL, ANTHROPIC_API_KEY: 'sk-nobody-checks-it' }
    const weft = (...words: string[]) =>
      run(process.execPath, [fileURLToPath(new URL('src/cli/main.ts', root)), ...words], { cwd: place, env })

    await weft('run', 'competitors.yaml')
    const lines = (await readFile(join(place, 'out.jsonl'), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      Array.from({ length: 4 }, () =>
        expect.objectContaining({ status: 'done', value: { answer: said, score: { words: 5 } } }),
      ),
    )
    expect(await readFile(join(place, 'report.md'), 'utf8')).toContain('All are unlike.')
    const asked = claude.calls.length
    expect((await weft('run', 'competitors.yaml')).stderr).toContain(
      '4 in = 4 done + 0 failed + 0 skipped + 0 cancelled',
    )
    expect(claude.calls.length).toBe(asked)
  })

  it('lists every failure code as the code does', () => {
    const table = readme.split('<!-- codes -->')[1]!.split('<!-- /codes -->')[0]!.trim()
    const rows = Object.entries(codes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
    expect(table).toBe(['| code | meaning |', '|---|---|', ...rows].join('\n'))
  })

  it('shows the map of the house as it stands', async () => {
    const { readdir } = await import('node:fs/promises')
    const rooms = (await readdir(new URL('src/', root), { withFileTypes: true })).map((entry) =>
      entry.isDirectory() ? `src/${entry.name}/` : `src/${entry.name}`,
    )
    for (const room of [...rooms, 'workers/', 'bench/', 'test/']) expect(readme).toContain(`| \`${room}\` |`)
  })
})
