import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gate } from '../fixtures/gate.ts'
import { runChild } from '../support/child.ts'
import type { TempFolder } from '../support/temp-folder.ts'
import { CountingServer } from './counting-server.ts'
import { crashJobFolder, jobName, outputOf } from './crash-job.ts'
import { entry, heard, inShell, startLife, startProgram, weft } from './life.ts'

const items = 60
/** All items but those whose pages are missing. */
const equationOfAll = '60 in = 57 done + 3 failed + 0 skipped + 0 cancelled'

const bigItems = 400
/** Makes 2 MB of results. */
const bigJob = {
  'big.yaml': `
name: big
input: { file: big-input.jsonl }
steps:
  - run: { module: ./big.ts, export: enlarge, lane: io, as: text }
output: { jsonl: big.jsonl }
`,
  'big.ts': "export const enlarge = ({ input }) => String(input.item).padStart(5_000, 'x')\n",
  'big-input.jsonl': Array.from({ length: bigItems }, (_, item) => `${JSON.stringify({ item })}\n`).join(''),
}

let server: CountingServer
let folder: TempFolder
let journal: string

beforeEach(async () => {
  server = await CountingServer.start(1)
  folder = await crashJobFolder({
    origin: server.origin,
    items,
    durability: 'process',
    isOrdered: false,
    concurrency: 8,
  })
  journal = join(folder.path, '.weft', jobName)
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const run = (...words: string[]) => weft(folder.path, 'run', 'job.yaml', ...words)

/** Of the journal as it lies on the disk. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  // Whoever only reads makes an empty log.
  for (const name of ['journal.db', 'journal.db-wal']) {
    hash.update(await readFile(join(journal, name)).catch(() => ''))
  }
  return hash.digest('hex')
}

async function records(path: string = outputOf(folder.path)): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** The state of its first run, as each command that shows it says. */
async function stands(): Promise<(string | undefined)[]> {
  const [shown, runs] = [await weft(folder.path, 'show', jobName), await weft(folder.path, 'runs')]
  const [shownJson, runsJson] = [
    await weft(folder.path, 'show', jobName, '--json'),
    await weft(folder.path, 'runs', '--json'),
  ]
  return [
    /^companies-1: ([a-z-]+)/.exec(shown.stdout)?.[1],
    /^companies-1 +([a-z-]+)/m.exec(runs.stdout)?.[1],
    JSON.parse(shownJson.stdout).state,
    JSON.parse(runsJson.stdout)[0].state,
  ]
}

async function expectAll(path?: string): Promise<void> {
  const ids = (await records(path)).map(({ id }) => Number(id)).sort((one, other) => one - other)
  expect(ids).toEqual(Array.from({ length: items }, (_, item) => item))
}

describe('a journal that cannot be used', () => {
  it('is named and left as it is when a newer version of weft wrote it', async () => {
    expect((await run()).code).toBe(1)
    const database = new DatabaseSync(join(journal, 'journal.db'))
    database.exec('UPDATE meta SET version = 999')
    database.close()
    const before = await fingerprint()
    const output = await readFile(outputOf(folder.path))
    const { code, stderr } = await run()
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^weft: .*newer weft/) })
    expect(await fingerprint()).toBe(before)
    expect(await readFile(outputOf(folder.path))).toEqual(output)
  })

  it('is named and left as it is when it is damaged', async () => {
    await run()
    const path = join(journal, 'journal.db')
    const bytes = await readFile(path)
    bytes.fill(0xa5, 4_096)
    await writeFile(path, bytes)
    const before = await fingerprint()
    const { code, stderr } = await run()
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^weft: .*damaged/) })
    expect(await fingerprint()).toBe(before)
    expect(await weft(folder.path, 'show', 'job.yaml')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/damaged/),
    })
  })

  it('is named when another process writes it, which goes on undisturbed', async () => {
    const hold = gate()
    server.hold = (item) => (item === 5 ? hold.opened : undefined)
    const first = startLife(folder.path, ['run', 'job.yaml'])
    await server.reached(6)
    const second = await run()
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(String(first.child.pid))
    hold.open()
    const { code, stderr } = await first.ended
    expect(code).toBe(1)
    expect(stderr).toContain(equationOfAll)
    await expectAll()
  })

  it('is taken over from a process that is dead', async () => {
    const hold = gate()
    server.hold = (item) => (item === 5 ? hold.opened : undefined)
    const first = startLife(folder.path, ['run', 'job.yaml'])
    await server.reached(6)
    expect(await stands()).toEqual(['running', 'running', 'running', 'running'])
    first.child.kill('SIGKILL')
    await first.ended
    expect(await stands()).toEqual(['interrupted', 'interrupted', 'interrupted', 'interrupted'])
    expect((await weft(folder.path, 'runs')).stdout).toContain(`weft resume ${jobName}-1`)
    expect((await weft(folder.path, 'show', jobName)).stdout).toContain(`continue with: weft resume ${jobName}-1`)
    hold.open()
    expect((await run()).stderr).toContain(equationOfAll)
    expect(await stands()).toEqual(['finished', 'finished', 'finished', 'finished'])
    await expectAll()
  })
})

describe('a place that takes nothing more', () => {
  beforeEach(async () => {
    for (const [name, text] of Object.entries(bigJob)) await writeFile(join(folder.path, name), text)
  })

  it('stops the run when a file may not grow, which goes on when it may', async () => {
    const { code, stderr } = await inShell(folder.path, 'ulimit -f 800; exec "$0" "$1" run big.yaml')
    expect(code).toBe(1)
    expect(stderr).toMatch(/EFBIG|SQLITE_IOERR|SQLITE_FULL/)
    expect(stderr).toMatch(/continue with: weft resume big-1$/m)
    expect((await weft(folder.path, 'run', 'big.yaml')).code).toBe(0)
    expect(await records(join(folder.path, 'big.jsonl'))).toHaveLength(bigItems)
  })

  it('stops the run when the disk is full, which goes on when it is not', async (test) => {
    const script = `
      mount -t tmpfs -o size=700k tmpfs full && cp big.yaml big.ts big-input.jsonl full/ && cd full || exit 9
      "$0" "$1" run big.yaml
      echo "first $?" >&2
      cat big.jsonl.partial-big-1 | wc -l
      mount -o remount,size=64m . || exit 9
      "$0" "$1" show big --json | tr -d '\\n'
      echo
      "$0" "$1" run big.yaml
      echo "second $?" >&2
      cat big.jsonl`
    await mkdir(join(folder.path, 'full'))
    const possible = await runChild('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', folder.path]).catch(() => ({
      code: 1,
    }))
    if (possible.code !== 0) test.skip('this system lets nobody mount a file system of their own')
    const { stdout, stderr } = await inShell(folder.path, script, ['unshare', '-rm'])
    expect(stderr).toMatch(/no space is left on the disk|ENOSPC|SQLITE_FULL/)
    expect(stderr).toMatch(/first 1\n/)
    expect(stderr).toMatch(/second 0\n/)
    const [written, shown, ...output] = stdout.trimEnd().split('\n')
    expect(output).toHaveLength(bigItems)
    // What is said is what the journal has: not what could not be recorded any more, and all of what could.
    const [all, done, open] = /^(\d+) in = (\d+) done .* (\d+) cancelled$/m.exec(stderr)!.slice(1).map(Number)
    const settled = JSON.parse(shown!).tally.done
    expect(all).toBe(done! + open!)
    expect(done).toBe(Number(written))
    expect(settled).toBeGreaterThanOrEqual(done!)
    expect(stderr).toContain(`going on with big-1, of which ${settled} items are settled`)
  })

  it('is named when it may not be written at all, before anything is done', async (test) => {
    const isRoot = process.getuid?.() === 0
    await chmod(folder.path, 0o555)
    // Permissions hold for nobody who is root.
    const user = isRoot ? { uid: 65_534, gid: 65_534 } : {}
    const { code, stderr } = await startProgram(process.execPath, [entry, 'run', 'job.yaml'], {
      cwd: folder.path,
      ...user,
    }).ended
    await chmod(folder.path, 0o755)
    if (
      isRoot &&
      /ERR_MODULE_NOT_FOUND|Cannot find module|permission denied, (open|lstat) '.*node_modules/.test(stderr)
    )
      test.skip('the project lies where others may not read')
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^weft: .*(EACCES|EROFS|permission)/) })
    expect(server.calls).toEqual([])
  })
})

describe('a run that its user disturbs', () => {
  it('goes on after its clock was set back by a year', async () => {
    const hold = gate()
    server.hold = (item) => (item === 30 ? hold.opened : undefined)
    const first = startLife(folder.path, ['run', 'job.yaml'])
    await server.reached(31)
    first.child.kill('SIGKILL')
    await first.ended
    hold.open()
    const year = 365 * 24 * 3_600_000
    const shift = `const Now = Date; globalThis.Date = class extends Now { constructor(...given) { given.length === 0 ? super(Now.now() - ${year}) : super(...given) } static now() { return Now.now() - ${year} } }`
    const preload = `data:text/javascript,${encodeURIComponent(shift)}`
    const { stderr } = await startLife(folder.path, ['run', 'job.yaml'], ['--import', preload]).ended
    expect(stderr).toContain(equationOfAll)
    await expectAll()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends well after one %s, and goes on', async (signal) => {
    const hold = gate()
    server.hold = (item) => (item === 20 ? hold.opened : undefined)
    const first = startLife(folder.path, ['run', 'job.yaml'])
    await server.reached(21)
    first.child.kill(signal)
    await heard(first.child, 'stopping')
    hold.open()
    const { code, stderr } = await first.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(new RegExp(`continue with: weft resume ${jobName}-1$`, 'm'))
    const before = server.calls.length
    expect((await run()).stderr).toContain(equationOfAll)
    await expectAll()
    const twice = server.calls.slice(before).filter((call) => madeBefore(call, before))
    expect(twice).toEqual([])
  })

  it('ends now after two, and what ran is done again', async () => {
    server.hold = (item) => (item % 10 === 7 ? new Promise(() => {}) : undefined)
    const first = startLife(folder.path, ['run', 'job.yaml'])
    await server.reached(21)
    first.child.kill('SIGINT')
    await heard(first.child, 'stopping: ')
    first.child.kill('SIGINT')
    expect((await first.ended).code).toBe(130)
    server.hold = () => undefined
    expect((await run()).stderr).toContain(equationOfAll)
    await expectAll()
  })

  it('stops quietly when the reader of its output goes, and gives all of it to the next', async () => {
    const script = '"$0" "$1" run job.yaml --out - --quiet | head -n 3'
    const { stdout, stderr } = await inShell(folder.path, script)
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
    expect(stderr).toBe('')
    const next = await run('--out', '-')
    expect(next.stdout.trimEnd().split('\n')).toHaveLength(items)
  })
})

it('has a failed record for each malformed line, with its number', async () => {
  const path = join(folder.path, 'companies.jsonl')
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  const malformed = [7, 41, 59]
  for (const at of malformed) lines[at] = '{"item": oops'
  await writeFile(path, `${lines.join('\n')}\n`)
  await run()
  await expectAll()
  const failed = (await records()).filter(({ failure }) => (failure as { code?: string })?.code === 'INPUT_MALFORMED')
  expect(failed.map(({ failure }) => (failure as { message: string }).message)).toEqual(
    expect.arrayContaining(malformed.map((at) => expect.stringMatching(new RegExp(`\\b${at + 1}\\b`)))),
  )
  expect(failed).toHaveLength(malformed.length)
})

function madeBefore({ what, item }: (typeof server.calls)[number], before: number): boolean {
  return server.calls.slice(0, before).some((call) => call.what === what && call.item === item && call.isAnswered)
}
