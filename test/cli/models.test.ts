import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gate } from '../fixtures/gate.ts'
import { type TempFolder, tempFolder } from '../support/temp-folder.ts'
import { WeightsServer } from '../web/pull/weights-server.ts'

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const content = randomBytes(200_000)
let server: WeightsServer
let folder: TempFolder
let models: string

beforeEach(async () => {
  server = await WeightsServer.start(content)
  folder = await tempFolder()
  models = join(folder.path, 'models')
  const tiny = { name: 'tiny', kind: 'chat', bytes: content.length, sha256: server.sha256, address: server.address() }
  const wrong = { ...tiny, name: 'wrong', sha256: '0'.repeat(64) }
  await writeFile(join(folder.path, 'own.json'), JSON.stringify({ models: [tiny, wrong] }))
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const env = { ...process.env, WEFT_MODELS_DIR: models, WEFT_CATALOGUE: join(folder.path, 'own.json') }
  const child = spawn(process.execPath, [entry, 'models', ...args], { env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended }
}

const run = (...args: string[]): Promise<Ended> => start(...args).ended
const pull = (...args: string[]): Promise<Ended> => run('pull', '--allow-private', ...args)

/** Resolves when so much of the file has arrived on the disk. */
async function arrived(bytes: number): Promise<void> {
  for (;;) {
    const found = await stat(join(models, 'tiny.gguf.part')).catch(() => undefined)
    if ((found?.size ?? 0) >= bytes) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('weft models', () => {
  it('lists, pulls, finds and removes a model', async () => {
    const path = join(models, 'tiny.gguf')
    expect((await run('list')).stdout).toMatch(/^tiny +chat .*195\.3 KB.* no$/m)
    expect(await run('path', 'tiny')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('models pull'),
    })

    const pulled = await pull('tiny')
    expect(pulled).toMatchObject({ code: 0, stdout: `${path}\n` })
    expect(pulled.stderr).toMatch(/^tiny: 195\.3 KB, its sha256 is that of the catalogue$/m)
    expect(await readFile(path)).toEqual(content)
    expect(await run('path', 'tiny')).toMatchObject({ code: 0, stdout: `${path}\n` })
    expect((await run('list')).stdout).toMatch(/^tiny .* yes$/m)
    expect((await pull('tiny')).stderr).toMatch(/it was there already/)

    expect(await run('rm', 'tiny')).toMatchObject({ code: 0, stderr: 'tiny: 195.3 KB removed\n' })
    expect(await readdir(models)).toEqual([])
    expect(await run('rm', 'tiny')).toMatchObject({ code: 1, stderr: 'tiny: there is nothing to remove\n' })
  })

  it('lists as JSON, those of weft too', async () => {
    const { code, stdout } = await run('list', '--json')
    expect(code).toBe(0)
    const listed = JSON.parse(stdout) as Record<string, unknown>[]
    expect(listed[0]).toMatchObject({ name: 'tiny', pulled: false, path: join(models, 'tiny.gguf') })
    expect(listed).toContainEqual(expect.objectContaining({ name: 'qwen3-0.6b', memoryBytes: expect.any(Number) }))
  })

  it('says in one line what it cannot do, and shows no password', async () => {
    await mkdir(join(models, 'tiny.gguf.lock'), { recursive: true })
    await writeFile(join(models, 'tiny.gguf'), content)
    expect(await run('rm', 'tiny')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^weft: tiny cannot be removed: EISDIR.*\n$/),
    })
    expect(await run('path', '../own.json')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('there is no model'),
    })
    const address = 'https://me:hunter2@example.org/tiny.gguf'
    const named = { name: 'tiny', kind: 'chat', address }
    await writeFile(join(folder.path, 'own.json'), JSON.stringify({ models: [named] }))
    const { stdout } = await run('list', '--json')
    expect(stdout).toContain('https://example.org/tiny.gguf')
    expect(stdout).not.toContain('hunter2')
  })

  it('goes on with the others when one fails, and says so by its code', async () => {
    const some = await pull('wrong', 'tiny')
    expect(some).toMatchObject({ code: 1, stdout: `${join(models, 'tiny.gguf')}\n` })
    expect(some.stderr).toMatch(/^wrong: what came has the sha256 .*; it was thrown away$/m)
    expect(await pull('wrong', '--quiet')).toEqual({ code: 3, stdout: '', stderr: '' })
    expect(await readdir(models)).toEqual(['tiny.gguf'])
  })

  it('fetches nothing when one of the names is unknown', async () => {
    expect(await pull('tiny', 'tinny')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did you mean tiny?'),
    })
    expect(server.asked).toEqual([])
    expect(await pull('tiny', '--json', '--quiet')).toMatchObject({ code: 2 })
  })

  it('reports as JSON lines', async () => {
    const { stderr } = await pull('tiny', 'wrong', '--json')
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(events).toContainEqual(expect.objectContaining({ type: 'pull-progress', name: 'tiny', phase: 'fetch' }))
    expect(events).toContainEqual(expect.objectContaining({ type: 'pulled', name: 'tiny', verifiedBy: 'catalogue' }))
    const failure = expect.objectContaining({ code: 'DOWNLOAD_CORRUPT' })
    expect(events).toContainEqual(expect.objectContaining({ type: 'pull-failed', name: 'wrong', failure }))
  })

  it.each(['SIGINT', 'SIGKILL'] as const)('goes on after %s where it was', async (signal) => {
    const hold = gate()
    server.treatments = [{ until: { bytes: 120_000, opened: hold.opened } }, {}]
    const { child, ended } = start('pull', '--allow-private', 'tiny')
    await arrived(120_000)
    child.kill(signal)
    const { code, stderr } = await ended
    hold.open()
    if (signal === 'SIGINT') {
      expect(code).toBe(130)
      expect(stderr).toMatch(/tiny: interrupted; what has arrived is kept, `weft models pull tiny` goes on from there/)
    }
    expect(await readdir(models)).not.toContain('tiny.gguf')
    expect(await pull('tiny')).toMatchObject({ code: 0 })
    expect(server.asked).toEqual([undefined, 'bytes=120000-'])
    expect(await readFile(join(models, 'tiny.gguf'))).toEqual(content)
    expect(await readdir(models)).toEqual(['tiny.gguf'])
  })
})
