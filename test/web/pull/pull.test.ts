import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { type PulledModel, type PullOptions, type PullProgress, pullModel } from '../../../src/web/pull/pull.ts'
import { gate } from '../../fixtures/gate.ts'
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts'
import { failureOf } from '../loopback.ts'
import { WeightsServer } from './weights-server.ts'

const gguf = (bytes: number): Buffer => Buffer.concat([Buffer.from('GGUF'), randomBytes(bytes - 4)])
const content = gguf(300_000)
let server: WeightsServer
let folder: TempFolder
let final: string

beforeEach(async () => {
  server = await WeightsServer.start(content)
  folder = await tempFolder()
  final = join(folder.path, 'models', 'tiny.gguf')
  vi.stubEnv('WEFT_MODELS_DIR', join(folder.path, 'models'))
  await list()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** Puts the model `tiny` into the user's catalogue. */
async function list(facts: Record<string, unknown> = {}): Promise<void> {
  const entry = { name: 'tiny', kind: 'chat', address: server.address(), bytes: content.length, sha256: server.sha256 }
  const path = join(folder.path, 'catalogue.json')
  await writeFile(path, JSON.stringify({ models: [{ ...entry, ...facts }] }))
  vi.stubEnv('WEFT_CATALOGUE', path)
}

/** Without delays between attempts. */
function pull(options: PullOptions = {}): Promise<PulledModel> {
  return pullModel('tiny', { allowPrivate: true, random: () => 0, ...options })
}

const filesThere = (): Promise<string[]> => readdir(join(folder.path, 'models'))

describe('pullModel', () => {
  it('fetches the file, checks it, and leaves nothing else behind', async () => {
    const told: PullProgress[] = []
    const pulled = await pull({ onProgress: (progress) => told.push(progress) })
    expect(pulled).toEqual({
      name: 'tiny',
      path: final,
      bytes: content.length,
      sha256: server.sha256,
      verifiedBy: 'catalogue',
    })
    expect(await readFile(final)).toEqual(content)
    expect(await filesThere()).toEqual(['tiny.gguf'])
    expect(told[0]).toEqual({ name: 'tiny', phase: 'fetch', doneBytes: 0, totalBytes: content.length })
    expect(told.at(-1)).toEqual({
      name: 'tiny',
      phase: 'verify',
      doneBytes: content.length,
      totalBytes: content.length,
    })
  })

  it('asks for nothing when the file is there, and fetches it again when it is of another size', async () => {
    await pull()
    expect(await pull()).toMatchObject({ verifiedBy: 'earlier', sha256: null, bytes: content.length })
    expect(server.asked).toHaveLength(1)
    await writeFile(final, 'an older version')
    expect(await pull()).toMatchObject({ verifiedBy: 'catalogue' })
    expect(await readFile(final)).toEqual(content)
  })

  it('has the right file after any cuts, with ranges and without, and fetches nothing twice with them', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: content.length - 1 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), fc.boolean(), async (bytes, ranges, listed) => {
        await using own = await tempFolder()
        vi.stubEnv('WEFT_MODELS_DIR', own.path)
        await list(listed ? {} : { bytes: null, sha256: null })
        server.ranges = ranges
        // A server without ranges has to get further each time; in the end there is one whole answer.
        server.treatments = [...bytes.sort((one, other) => one - other).map((cutAfter) => ({ cutAfter })), {}]
        server.sentBytes = 0
        await pull()
        expect(await readFile(join(own.path, 'tiny.gguf'))).toEqual(content)
        if (ranges) expect(server.sentBytes).toBe(content.length)
      }),
      { numRuns: 40 },
    )
  })

  it('goes on where an earlier pull was stopped, in whatever process', async () => {
    const hold = gate()
    server.treatments = [{ until: { bytes: 100_000, opened: hold.opened } }, {}]
    const stopped = new AbortController()
    // Time that flies: every piece is worth a report.
    let now = 0
    const clock = { ...systemClock, now: () => (now += 1_000) }
    const failure = await failureOf(
      pull({
        clock,
        signal: stopped.signal,
        onProgress: ({ doneBytes }) => {
          if (doneBytes > 0) stopped.abort(new Error('enough'))
        },
      }),
    )
    hold.open()
    expect(failure.code).toBe('CANCELLED')
    expect((await filesThere()).sort()).toEqual(['tiny.gguf.part', 'tiny.gguf.part.json'])
    const kept = (await readFile(`${final}.part`)).length
    expect(kept).toBeGreaterThan(0)
    await pull()
    expect(server.asked[1]).toBe(`bytes=${kept}-`)
    expect(await readFile(final)).toEqual(content)
  })

  it('begins anew when the file has changed between two tries', async () => {
    await list({ bytes: null, sha256: null })
    server.treatments = [{ cutAfter: 50_000 }, { status: 404 }]
    expect(await failureOf(pull())).toMatchObject({ code: 'DOWNLOAD_FAILED', details: { keptBytes: 50_000 } })
    server.content = gguf(200_000)
    server.etag = '"v2"'
    server.treatments = [{}]
    expect(await pull()).toMatchObject({ verifiedBy: 'nobody', sha256: server.sha256 })
    expect(server.asked.at(-1)).toBe('bytes=50000-')
    expect(await readFile(final)).toEqual(server.content)
  })

  it('begins anew where nobody could tell whether it is still the same file', async () => {
    await list({ bytes: null, sha256: null })
    server.etag = 'W/"weak"'
    server.treatments = [{ cutAfter: 50_000 }, {}]
    await pull()
    expect(server.asked).toEqual([undefined, undefined])
    expect(await readFile(final)).toEqual(content)
  })

  it.each([
    ['a page', '<html>Sign in to the network of the hotel</html>'],
    ['nothing', ''],
  ])('takes %s for no model, where nobody says what it should be', async (_, sent) => {
    await list({ bytes: null, sha256: null })
    server.content = Buffer.from(sent)
    expect(await failureOf(pull())).toMatchObject({ code: 'DOWNLOAD_CORRUPT', message: /^tiny: what came is no GGUF/ })
    expect(await filesThere()).toEqual([])
  })

  it('drops a part of a file that lies elsewhere now', async () => {
    server.treatments = [{ cutAfter: 50_000 }, { status: 404 }]
    await failureOf(pull())
    server.treatments = [{}]
    await list({ address: server.address('/moved') })
    await pull()
    expect(server.asked.at(-1)).toBeUndefined()
    expect(await readFile(final)).toEqual(content)
  })

  it('begins anew when what is here is longer than the file', async () => {
    await list({ bytes: null, sha256: null })
    server.treatments = [{ cutAfter: 50_000 }, { status: 404 }]
    await failureOf(pull())
    server.content = gguf(20_000)
    server.treatments = [{}]
    await pull()
    expect(await readFile(final)).toEqual(server.content)
  })

  it('checks what is whole already without asking for it again', async () => {
    await pull()
    await rename(final, `${final}.part`)
    await writeFile(
      `${final}.part.json`,
      JSON.stringify({ address: server.address(), etag: null, sha256: null, bytes: content.length }),
    )
    expect(await pull()).toMatchObject({ verifiedBy: 'catalogue' })
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    ['another sha256 than the catalogue has', { sha256: '0'.repeat(64) }, /sha256/],
    ['another size than the catalogue has', { bytes: content.length - 1 }, /299999/],
  ])('throws away what has %s', async (_, facts, message) => {
    await list(facts)
    const failure = await failureOf(pull())
    expect(failure).toMatchObject({ code: 'DOWNLOAD_CORRUPT', retryable: false })
    expect(failure.message).toMatch(message)
    expect(await filesThere()).toEqual([])
  })

  it('throws away a part that the catalogue and the server agree is of something else', async () => {
    server.treatments = [{ cutAfter: 50_000 }, { status: 404 }]
    await failureOf(pull())
    server.content = randomBytes(content.length)
    server.treatments = [{}]
    // The same ETag, other bytes: only the sha256 can tell.
    expect(await failureOf(pull())).toMatchObject({ code: 'DOWNLOAD_CORRUPT' })
    expect(await filesThere()).toEqual([])
  })

  describe('of a hub that says sha256 and size beside a redirect', () => {
    const linked = (sha256: string, bytes = content.length): Record<string, string> => ({
      'x-linked-etag': `"${sha256}"`,
      'x-linked-size': String(bytes),
    })

    it('checks against that where the catalogue says nothing', async () => {
      await list({ address: server.address('/resolve/tiny'), bytes: null, sha256: null })
      server.linked = linked(server.sha256)
      expect(await pull()).toMatchObject({ verifiedBy: 'server' })
      server.linked = linked('1'.repeat(64))
      await writeFile(final, '')
      await list({ address: server.address('/resolve/tiny'), sha256: null })
      expect(await failureOf(pull())).toMatchObject({ code: 'DOWNLOAD_CORRUPT' })
      expect(await filesThere()).toEqual(['tiny.gguf'])
    })

    it('goes on although the file comes from a place with another ETag', async () => {
      await list({ address: server.address('/resolve/tiny'), sha256: null })
      server.linked = linked(server.sha256)
      server.treatments = [{ cutAfter: 70_000 }, { status: 404 }]
      await failureOf(pull())
      server.etag = '"of another edge"'
      server.treatments = [{}]
      await pull()
      expect(server.asked.at(-1)).toBe('bytes=70000-')
      expect(await readFile(final)).toEqual(content)
    })

    it('fetches nothing when it has something else than the catalogue asks for', async () => {
      await list({ address: server.address('/resolve/tiny') })
      server.linked = linked('2'.repeat(64))
      const told: PullProgress[] = []
      const failure = await failureOf(pull({ onProgress: (progress) => told.push(progress) }))
      expect(failure).toMatchObject({ code: 'DOWNLOAD_CORRUPT' })
      expect(told).toEqual([])
    })
  })

  it('gives up for what another attempt cannot mend, and says what is kept', async () => {
    server.treatments = [{ status: 404 }]
    const failure = await failureOf(pull())
    expect(failure).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      retryable: false,
      details: { name: 'tiny', keptBytes: 0 },
    })
    expect(failure.message).toMatch(/^tiny: .* answered 404 Not Found$/)
    expect(failure.cause).toMatchObject({ code: 'HTTP_STATUS' })
    expect(server.asked).toHaveLength(1)
  })

  it('gives up after five attempts in a row that bring nothing', async () => {
    server.treatments = [{ cutAfter: 40_000 }, { status: 503 }]
    const failure = await failureOf(pull())
    expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true, details: { keptBytes: 40_000 } })
    expect(failure.message).toMatch(/40000 bytes are kept, the next pull goes on from there$/)
    // The first one did bring something: it counts as the first of the five.
    expect(server.asked).toHaveLength(5)
  })

  it('refuses a file that the disk has no room for, before it begins', async () => {
    const bytes = 2 ** 52
    await list({ bytes, sha256: null, address: server.address('/resolve/tiny') })
    server.headers = { 'content-length': String(bytes) }
    const failure = await failureOf(pull())
    expect(failure.code).toBe('DOWNLOAD_FAILED')
    expect(failure.message).toMatch(/4503599627370496 bytes are still to come, but only \d+ are free/)
  })

  it.runIf(process.platform === 'linux')('says so when the disk is full', async () => {
    await mkdir(join(folder.path, 'models'))
    await symlink('/dev/full', `${final}.part`)
    const failure = await failureOf(pull())
    expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: false })
    expect(failure.message).toMatch(/^tiny: ENOSPC/)
    expect(server.asked).toHaveLength(1)
    expect(await filesThere()).not.toContain('tiny.gguf')
  })

  it('connects to no private address unless that is allowed', async () => {
    const failure = await failureOf(pullModel('tiny'))
    expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED', cause: { code: 'ADDRESS_REFUSED' } })
    expect(server.asked).toEqual([])
  })

  it('lets one of two pulls at once have the file', async () => {
    const hold = gate()
    server.treatments = [{ until: { bytes: 10, opened: hold.opened } }]
    const begun = gate()
    const first = pull({ onProgress: () => begun.open() })
    await begun.opened
    const failure = await failureOf(pull())
    expect(failure.code).toBe('DOWNLOAD_FAILED')
    expect(failure.message).toContain(`another pull of tiny is on (process ${process.pid}`)
    hold.open()
    expect(await first).toMatchObject({ verifiedBy: 'catalogue' })
    expect(await filesThere()).toEqual(['tiny.gguf'])
  })

  it('knows only names of the catalogue', async () => {
    const failure = await failureOf(pullModel('../../tiny'))
    expect(failure.code).toBe('MODEL_UNKNOWN')
    expect(await failureOf(pullModel('tinny'))).toMatchObject({
      message: expect.stringContaining('did you mean tiny?'),
    })
    expect(existsSync(join(folder.path, 'models'))).toBe(false)
  })
})
