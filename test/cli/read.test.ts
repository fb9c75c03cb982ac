import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CorpusServer, startCorpusServer } from '../../bench/corpus/server.ts'
import { type HostileServer, startHostileServer } from '../fixtures/hostile-server.ts'

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
let corpus: CorpusServer
let hostile: HostileServer
let folder: string

beforeAll(async () => {
  corpus = await startCorpusServer({ hosts: 4, failures: false })
  hostile = await startHostileServer()
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-'))
})
afterAll(async () => {
  await corpus.close()
  await hostile.close()
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [entry, ...args], { cwd: folder })
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr!.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended }
}

const weft = (...args: string[]): Promise<Ended> => start(args).ended
const read = (...args: string[]): Promise<Ended> => weft('read', '--allow-private', ...args)

function records(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

describe('weft read', () => {
  it('writes one record for each input to standard output, and the equation once to standard error', async () => {
    const urls = corpus.urls.slice(0, 6)
    const { code, stdout, stderr } = await read(...urls, '--summary')
    expect(code).toBe(0)
    expect(
      records(stdout)
        .map((record) => record.input)
        .sort(),
    ).toEqual([...urls].sort())
    for (const record of records(stdout)) {
      expect(Object.keys(record)).toEqual(['id', 'input', 'status', 'value', 'attempts', 'queuedMs', 'runMs'])
      expect(Object.keys(record.value as object).sort()).toEqual(
        ['bytes', 'byline', 'charset', 'language', 'markdown', 'publishedAt', 'summary', 'title', 'url'].sort(),
      )
    }
    expect(stderr.match(/6 in = 6 done \+ 0 failed \+ 0 skipped \+ 0 cancelled/g)).toHaveLength(1)
  })

  it('reads files, folders, globs, a list and standard input', async () => {
    await writeFile(join(folder, 'a.html'), '<title>A</title><p>The first page has this sentence to read.</p>')
    await writeFile(join(folder, 'b.md'), '# B\n\nText.')
    await writeFile(join(folder, 'list.txt'), `# two\n${corpus.urls[0]}\n${corpus.urls[1]}\n`)
    const { child, ended } = start(['read', '--allow-private', 'a.html', '*.md', 'list.txt', '-', '--quiet'])
    child.stdin!.end(`${corpus.urls[2]}\n`)
    const { code, stdout, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      records(stdout)
        .map((record) => record.input)
        .sort(),
    ).toEqual(['a.html', 'b.md', ...corpus.urls.slice(0, 3)].sort())
  })

  it('keeps input order when asked to', async () => {
    const urls = [...corpus.urls].reverse()
    const { stdout } = await read(...urls, '--ordered', '--quiet')
    expect(records(stdout).map((record) => record.input)).toEqual(urls)
  })

  it('exits with 1 when some failed, listing them by cause, and with 3 when nothing was done', async () => {
    const some = await read(corpus.urls[0]!, hostile.url('/status/404'))
    expect(some.code).toBe(1)
    expect(some.stderr).toContain('2 in = 1 done + 1 failed + 0 skipped + 0 cancelled')
    expect(some.stderr).toMatch(/HTTP_STATUS: 1\n.*404/)
    const none = await read('no-such-file.html', 'ftp://a.example/x')
    expect(none.code).toBe(3)
    expect(records(none.stdout).map((record) => (record.failure as { code: string }).code)).toEqual([
      'FILE_UNREADABLE',
      'SCHEME_UNSUPPORTED',
    ])
  })

  it('refuses private addresses unless they are allowed', async () => {
    const { code, stdout } = await weft('read', hostile.url('/page'))
    expect(code).toBe(3)
    expect(records(stdout)[0]).toMatchObject({ status: 'failed', failure: { code: 'ADDRESS_REFUSED' } })
  })

  it.each([
    [[], /missing required argument 'inputs'/],
    [['a.html', '--concurency', '3'], /unknown option '--concurency'\n\(Did you mean --concurrency\?\)/],
    [['a.html', '--concurrency', 'many'], /--concurrency expected a whole number of at least 1, but got "many"/],
    [['a.html', '--timeout', '30'], /write 30s or 30ms/],
    [['a.html', '--max-bytes', 'big'], /such as 500kb, 10mb or 1gb/],
    [['a.html', '--json', '--quiet'], /exclude each other/],
  ])('exits with 2 for wrong usage: %j', async (args, message) => {
    const { code, stdout, stderr } = await weft('read', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it('writes one Markdown file for each item into a folder, and the failures beside them', async () => {
    const { code } = await read(...corpus.urls.slice(0, 3), hostile.url('/status/404'), '--out', 'pages/', '--quiet')
    expect(code).toBe(1)
    const files = await readdir(join(folder, 'pages'))
    expect(files.filter((file) => file.endsWith('.md'))).toHaveLength(3)
    const failures = records(await readFile(join(folder, 'pages', '_failures.jsonl'), 'utf8'))
    expect(failures).toMatchObject([{ status: 'failed', failure: { code: 'HTTP_STATUS' } }])
  })

  it('gives events as JSON lines', async () => {
    const { stderr } = await read(corpus.urls[0]!, '--json')
    const events = records(stderr)
    expect(events.map((event) => event.type)).toEqual([
      'run-started',
      'task-started',
      'task-settled',
      'run-ended',
      'summary',
    ])
    expect(events.at(-1)).toMatchObject({ equation: '1 in = 1 done + 0 failed + 0 skipped + 0 cancelled' })
  })

  it('runs one item at a time as the baseline', async () => {
    const { code, stderr } = await read(...corpus.urls.slice(0, 5), '--sequential', '--json')
    expect(code).toBe(0)
    let running = 0
    for (const { type } of records(stderr)) {
      if (type === 'task-started') running += 1
      if (type === 'task-settled') running -= 1
      expect(running).toBeLessThanOrEqual(1)
    }
  })

  it('finishes its work when standard error cannot be written', async () => {
    const { openSync, closeSync } = await import('node:fs')
    const full = openSync('/dev/full', 'w')
    const args = [entry, 'read', '--allow-private', ...corpus.urls.slice(0, 4), '--json', '--out', 'deaf.jsonl']
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', full] })
    const code = await new Promise((resolve) => child.on('close', resolve))
    closeSync(full)
    expect(code).toBe(0)
    expect(records(await readFile(join(folder, 'deaf.jsonl'), 'utf8'))).toHaveLength(4)
  })

  it('never replaces what it reads', async () => {
    await writeFile(join(folder, 'mine.txt'), `${corpus.urls[0]}\n`)
    const { code, stderr } = await read('mine.txt', '--out', 'mine.txt')
    expect(code).toBe(2)
    expect(stderr).toContain('apart from what is read')
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe(`${corpus.urls[0]}\n`)
  })

  it('shows nothing raw that came from outside, and no credentials', async () => {
    await writeFile(join(folder, 'evil.txt'), 'http://user:hunter2@127.0.0.1:9/\u001b[2Jx\u009b31m\nnofile\u001b[31m\n')
    const { stdout, stderr } = await read('evil.txt', '--retries', '0')
    expect(stderr).toContain('2 in = 0 done + 2 failed')
    expect((stderr + stdout).replaceAll('\n', '')).not.toMatch(/\p{Cc}|hunter2/u)
  })

  it('prints the equation when its output breaks, too', async () => {
    const { code, stderr } = await read(corpus.urls[0]!, '--out', '/dev/full')
    expect(code).toBe(1)
    expect(stderr).toMatch(/1 in = .* done/)
    expect(stderr).toContain('no space')
  })

  it('ends quietly when its reader has seen enough', async () => {
    const { child, ended } = start(['read', '--allow-private', ...corpus.urls, ...corpus.urls, '--quiet'])
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect(await ended).toMatchObject({ code: 141, stderr: '' })
  })
})

describe('Ctrl-C', () => {
  // Three that end, and many that wait for ever behind a limit of three at a time.
  const hanging = (test: string): string[] =>
    Array.from({ length: 20 }, (_, index) => hostile.url(`/silence?${test}-${index}`))

  it('once finishes what runs, and records the rest as cancelled', async () => {
    const urls = [...corpus.urls.slice(0, 3), ...hanging('once')]
    const { child, ended } = start([
      'read',
      '--allow-private',
      ...urls,
      '--concurrency',
      '3',
      '--timeout',
      '3s',
      '--json',
    ])
    await untilOutput(child, 3)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect(code).toBe(130)
    const all = records(stdout)
    expect(all).toHaveLength(urls.length)
    const statuses = all.map((record) => record.status)
    expect(statuses.filter((status) => status === 'done')).toHaveLength(3)
    expect(statuses.filter((status) => status === 'failed').length).toBeGreaterThan(0)
    expect(statuses.filter((status) => status === 'cancelled').length).toBeGreaterThan(10)
    expect(stderr).toMatch(/23 in = 3 done \+ \d+ failed \+ 0 skipped \+ \d+ cancelled/)
  })

  it('twice stops at once, and still writes every record', async () => {
    const urls = [...corpus.urls.slice(0, 3), ...hanging('twice')]
    const { child, ended } = start([
      'read',
      '--allow-private',
      ...urls,
      '--concurrency',
      '3',
      '--timeout',
      '10m',
      '--out',
      'stopped.jsonl',
    ])
    await untilText(child, 'press Ctrl-C again', () => child.kill('SIGINT'))
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(records(await readFile(join(folder, 'stopped.jsonl'), 'utf8'))).toHaveLength(urls.length)
    expect(stderr).toMatch(/23 in = \d+ done \+ 0 failed \+ 0 skipped \+ \d+ cancelled/)
  })
})

describe('weft', () => {
  it('helps with examples', async () => {
    expect(await weft('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('doctor') })
    expect(await weft('read', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') })
    expect(await weft('reed')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean read?') })
  })
})

/** Resolves once so many records have come on standard output. */
function untilOutput(child: ChildProcess, count: number): Promise<void> {
  let lines = 0
  return new Promise((resolve) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1
      if (lines >= count) resolve()
    })
  })
}

/** Resolves once standard error says so; `nudge` is called when the command has begun to wait for its server. */
function untilText(child: ChildProcess, text: string, nudge: () => void): Promise<void> {
  return new Promise((resolve) => {
    const watching = setInterval(() => {
      if (hostile.hits('/silence?twice-0') === 0) return
      clearInterval(watching)
      nudge()
    }, 10)
    child.stderr!.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(text)) resolve()
    })
  })
}
