import { chmod, open } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readFileSource } from '../../src/batch/read-file.ts'
import { runChild } from '../support/child.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../support/unprivileged.ts'

const maxBytes = 1_000_000

describe('readFileSource', () => {
  it.each([0, 1, 65_536, maxBytes])('reads a file of %i bytes into a buffer of its own', async (size) => {
    const content = new Uint8Array(size).map((_, index) => index % 251)
    await using folder = await tempFolder({ 'a b.html': content })
    const path = join(folder.path, 'a b.html')
    const source = await readFileSource(path, { maxBytes })
    expect(source.url).toBe(pathToFileURL(path).href)
    expect(Buffer.compare(source.bytes, content)).toBe(0)
    expect(source.bytes.buffer.byteLength).toBe(size)
    structuredClone(source.bytes, { transfer: [source.bytes.buffer] })
    expect(source.bytes.byteLength).toBe(0)
  })

  it('refuses a file that is too large before it reads any of it', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'sparse.html')
    await using handle = await open(path, 'w')
    await handle.truncate(2 ** 42)
    await expect(readFileSource(path, { maxBytes })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      message: expect.stringContaining(path),
      details: { maxBytes, size: 2 ** 42 },
    })
  })

  it.skipIf(process.platform !== 'linux')(
    'reads what states no size, as a file that grows does (needs /proc)',
    async () => {
      const { bytes } = await readFileSource('/proc/cpuinfo', { maxBytes })
      expect(Buffer.from(bytes).toString()).toMatch(/\S/)
      const tooLow = { maxBytes: bytes.length - 1 }
      await expect(readFileSource('/proc/cpuinfo', tooLow)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
      expect((await readFileSource('/proc/self/cmdline', { maxBytes: 100_000 })).bytes.length).toBeGreaterThan(0)
    },
  )

  it('says that a file is missing', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'none.html')
    await expect(readFileSource(path, { maxBytes })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `cannot read ${path}: there is no such file or folder`,
      retryable: false,
      details: { path, errno: 'ENOENT' },
    })
  })

  it('says that it is a folder', async () => {
    await using folder = await tempFolder()
    await expect(readFileSource(folder.path, { maxBytes })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('it is a folder'),
    })
  })

  it.skipIf(process.platform === 'win32')(
    'says that it is a pipe or a device, and does not wait (needs POSIX)',
    async () => {
      await using folder = await tempFolder()
      const pipe = join(folder.path, 'pipe.html')
      expect((await runChild('mkfifo', [pipe])).code).toBe(0)
      await expect(readFileSource(pipe, { maxBytes })).rejects.toMatchObject({
        message: expect.stringContaining('named pipe'),
      })
      await expect(readFileSource('/dev/zero', { maxBytes })).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        message: expect.stringContaining('device'),
      })
    },
  )

  it.skipIf(!canBeUnprivileged)('says that permission is denied (needs POSIX users)', async () => {
    await using folder = await tempFolder({ 'a.html': 'secret' })
    const path = join(folder.path, 'a.html')
    await chmod(folder.path, 0o755)
    await chmod(path, 0)
    const reading = unprivileged(() => readFileSource(path, { maxBytes }))
    await expect(reading).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('permission denied'),
    })
  })

  it("ends with the signal's reason", async () => {
    await using folder = await tempFolder({ 'a.html': 'a' })
    const path = join(folder.path, 'a.html')
    const reason = new Error('enough')
    await expect(readFileSource(path, { maxBytes, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const reading = readFileSource(path, { maxBytes, signal: controller.signal })
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })
})
