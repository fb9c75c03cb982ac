import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findModel, loadCatalogue, memoryBytes, modelsThatFit, resolveModel } from '../../models/catalogue.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { failureOf } from '../web/loopback.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const GiB = 1024 ** 3

describe('the catalogue of weft', () => {
  it('names files of public hubs at a revision that cannot change, with size and sha256', async () => {
    const entries = await loadCatalogue()
    expect(entries.length).toBeGreaterThanOrEqual(12)
    for (const { address, bytes, sha256, name } of entries) {
      expect(address, name).toMatch(
        /^https:\/\/huggingface\.co\/[\w.-]+\/[\w.-]+\/resolve\/[0-9a-f]{40}\/[\w.-]+\.gguf$/,
      )
      expect(sha256, name).toMatch(/^[0-9a-f]{64}$/)
      expect(bytes, name).toBeGreaterThan(10_000_000)
    }
    expect(new Set(entries.map(({ sha256 }) => sha256)).size).toBe(entries.length)
  })

  it('has both kinds, from those that fit anywhere to 8 billion parameters', async () => {
    const entries = await loadCatalogue()
    for (const kind of ['chat', 'embedding'] as const) {
      const needs = entries.filter((entry) => entry.kind === kind).map((entry) => memoryBytes(entry)!)
      expect(needs.length).toBeGreaterThanOrEqual(5)
      expect(Math.min(...needs)).toBeLessThan(1.1 * GiB)
    }
    for (const { kind, dimensions, name } of entries) expect(dimensions !== undefined, name).toBe(kind === 'embedding')
  })

  it('needs memory for the file, its keys and values, and room to compute', async () => {
    const qwen = await findModel('qwen3-0.6b')
    // 28 layers x 8 heads x 128 numbers, keys and values, 2 bytes each.
    expect(qwen.kvBytesPerToken).toBe(2 * 28 * 8 * 128 * 2)
    expect(memoryBytes(qwen)).toBe(639_446_688 + 4096 * 114_688 + GiB / 2)
    expect(memoryBytes(qwen, 1_000_000)).toBe(639_446_688 + 40_960 * 114_688 + GiB / 2)
    expect(memoryBytes({ ...qwen, bytes: null })).toBeNull()
  })

  it('says which models so much memory is enough for, the largest first', async () => {
    expect((await modelsThatFit(GiB, 'chat')).map(({ name }) => name)).toEqual([])
    const names = (await modelsThatFit(1.6 * GiB)).map(({ name }) => name)
    expect(names[0]).toBe('qwen3-0.6b')
    expect(names.at(-1)).toBe('bge-small-en-v1.5')
    expect((await modelsThatFit(64 * GiB)).length).toBe((await loadCatalogue()).length)
  })
})

describe('findModel', () => {
  it('says which name may be meant', async () => {
    const failure = await failureOf(findModel('qwen3-06b'))
    expect(failure.code).toBe('MODEL_UNKNOWN')
    expect(failure.message).toContain('did you mean qwen3-0.6b?')
  })
})

describe('a catalogue of the user', () => {
  const entry = { name: 'mine', kind: 'chat', address: 'https://models.example/mine.gguf' }

  async function withCatalogue<T>(text: string, use: () => Promise<T>): Promise<T> {
    await using folder = await tempFolder({ 'own.json': text })
    vi.stubEnv('WEFT_CATALOGUE', join(folder.path, 'own.json'))
    return await use()
  }

  it('stands before that of weft, and holds for names that both have', async () => {
    const models = [entry, { ...entry, name: 'qwen3-8b' }]
    const entries = await withCatalogue(JSON.stringify({ models }), loadCatalogue)
    expect(entries[0]).toMatchObject({ name: 'mine', bytes: null, sha256: null, licence: 'NOASSERTION' })
    const found = entries.filter(({ name }) => name === 'qwen3-8b')
    expect(found).toMatchObject([{ address: 'https://models.example/mine.gguf' }])
  })

  it.each([
    ['no JSON', '{', /WEFT_CATALOGUE \(.*own\.json\): expected a file of JSON, but /],
    ['no models', '{}', /models: /],
    ['a name that is a path', JSON.stringify({ models: [{ ...entry, name: '../mine' }] }), /models\.0\.name: /],
    [
      'a file as its address',
      JSON.stringify({ models: [{ ...entry, address: 'file:///x.gguf' }] }),
      /models\.0\.address: /,
    ],
    ['a sha256 that is none', JSON.stringify({ models: [{ ...entry, sha256: 'abc' }] }), /models\.0\.sha256: /],
    ['a misspelt field', JSON.stringify({ models: [{ ...entry, size: 1 }] }), /models\.0\.size: /],
    ['a name twice', JSON.stringify({ models: [entry, entry] }), /mine stands there twice/],
  ])('is refused with %s', async (_, text, message) => {
    const failure = await failureOf(withCatalogue(text, loadCatalogue))
    expect(failure.code).toBe('INVALID_OPTION')
    expect(failure.message).toMatch(message)
  })

  it('is refused when it is not there', async () => {
    vi.stubEnv('WEFT_CATALOGUE', 'not/there.json')
    expect(await failureOf(loadCatalogue())).toMatchObject({ code: 'INVALID_OPTION' })
  })
})

describe('resolveModel', () => {
  it('takes what looks like a path for one', async () => {
    expect(await resolveModel('models/x')).toEqual({ path: resolve('models/x') })
    expect(await resolveModel('x.GGUF')).toEqual({ path: resolve('x.GGUF') })
  })

  it('knows where a pulled model lies, and how to pull one that is not', async () => {
    await using folder = await tempFolder()
    vi.stubEnv('WEFT_MODELS_DIR', folder.path)
    const bytes = 36_806_944
    const failure = await failureOf(resolveModel('bge-small-en-v1.5'))
    expect(failure).toMatchObject({ code: 'MODEL_UNKNOWN', details: { bytes } })
    expect(failure.message).toContain('`weft models pull bge-small-en-v1.5` fetches them')
    const path = join(folder.path, 'bge-small-en-v1.5.gguf')
    await writeFile(path, 'a file of another size')
    expect(await failureOf(resolveModel('bge-small-en-v1.5'))).toMatchObject({ code: 'MODEL_UNKNOWN' })
    await writeFile(path, Buffer.alloc(bytes))
    expect(await resolveModel('bge-small-en-v1.5')).toMatchObject({ path, entry: { bytes } })
  })
})
