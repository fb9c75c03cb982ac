import { spawn } from 'node:child_process'
import { appendFile, chmod, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSource, type SourceDescription } from '../../../src/batch/sources/open-source.ts'
import { type JobSource, type SourceItem, type SourcePlace, sourceStart } from '../../../src/batch/sources/source.ts'
import { someBytes } from '../../support/pieces.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../../support/unprivileged.ts'

const never = new AbortController().signal
const nothing = Readable.from([])

function openAt(folder: string, description: SourceDescription, stdin: AsyncIterable<Uint8Array | string> = nothing) {
  return openSource(description, { folder, stdin })
}

function all(source: JobSource, from: SourcePlace = sourceStart): Promise<SourceItem[]> {
  return Array.fromAsync(source.items(from, never))
}

async function inputs(source: JobSource): Promise<unknown[]> {
  return (await all(source)).map(({ input, failure }) => (failure === undefined ? input : failure.code))
}

describe('openSource of a file', () => {
  it('reads JSON lines with their places; blank lines count as lines only', async () => {
    await using folder = await tempFolder({ 'a.jsonl': '\ufeff{"n":"é"}\r\n\n  \n7\n"text"\n{"n":\n[1' })
    const source = await openAt(folder.path, { file: 'a.jsonl' })
    const items = await all(source)
    expect(items.map(({ number, offset, line, input }) => ({ number, offset, line, input }))).toEqual([
      { number: 0, offset: 0, line: 1, input: { n: 'é' } },
      { number: 1, offset: 19, line: 4, input: 7 },
      { number: 2, offset: 21, line: 5, input: 'text' },
      { number: 3, offset: 28, line: 6, input: '{"n":' },
      { number: 4, offset: 34, line: 7, input: '[1' },
    ])
    expect(items[3]!.failure).toMatchObject({
      code: 'INPUT_MALFORMED',
      message: expect.stringMatching(/^line 6 of a\.jsonl cannot be taken: it is not JSON \(.*\)$/),
      details: { line: 6 },
    })
    expect(source.size).toEqual({ items: 5, estimate: false })
    expect(source.files).toEqual([join(folder.path, 'a.jsonl')])
  })

  it('begins at any item and gives the rest, of any bytes and in any format', async () => {
    await using folder = await tempFolder()
    await fc.assert(
      fc.asyncProperty(someBytes, fc.constantFrom('jsonl', 'csv', 'txt'), fc.nat(), async (bytes, format, pick) => {
        // What is no text is refused as a whole.
        fc.pre(!bytes.includes(0))
        await writeFile(join(folder.path, 'x'), Buffer.concat([Buffer.from('a,b\n'), bytes]))
        const source = await openAt(folder.path, { file: 'x', format })
        const items = await all(source)
        expect(source.size).toEqual({ items: items.length, estimate: false })
        fc.pre(items.length > 0)
        const { number, offset, line } = items[pick % items.length]!
        const rest = await all(source, { item: number, offset, line })
        expect(JSON.stringify(rest)).toBe(JSON.stringify(items.slice(number)))
      }),
    )
  })

  it('gives each malformed line of many its own item', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) =>
      index % 100 === 99 ? `{"n":${index}` : `{"n":${index}}`,
    )
    await using folder = await tempFolder({ 'a.jsonl': lines.join('\n') })
    const items = await all(await openAt(folder.path, { file: 'a.jsonl' }))
    expect(items).toHaveLength(20_000)
    const bad = items.filter(({ failure }) => failure !== undefined)
    expect(bad.map(({ line }) => line)).toEqual(Array.from({ length: 200 }, (_, index) => index * 100 + 100))
    expect(bad.every(({ failure, line }) => failure?.details?.line === line)).toBe(true)
  })

  it('refuses a line that is too long, and JSON that nests too deep to be written again', async () => {
    const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    const long = `"${'x'.repeat(16 * 1024 * 1024)}"`
    const quoted = JSON.stringify(['\\"['.repeat(2000)])
    await using folder = await tempFolder({ 'a.jsonl': `${long}\n${deep(1000)}\n${deep(1001)}\n${quoted}\n1\n` })
    const items = await all(await openAt(folder.path, { file: 'a.jsonl' }))
    expect(items.map(({ failure }) => failure?.message)).toEqual([
      'line 1 of a.jsonl cannot be taken: it has more than 16777216 bytes',
      undefined,
      'line 3 of a.jsonl cannot be taken: its JSON nests too deep',
      undefined,
      undefined,
    ])
    expect(String(items[0]!.input).length).toBeLessThan(1100)
  })

  it('reads a list of texts', async () => {
    await using folder = await tempFolder({ 'a.txt': '# mine\nhttps://a.example/\r\n\n  two words \n' })
    expect(await inputs(await openAt(folder.path, { file: 'a.txt' }))).toEqual(['https://a.example/', 'two words'])
  })

  it('reads CSV and TSV, and knows their columns beforehand', async () => {
    await using folder = await tempFolder({
      'a.csv': '\ufeffid, name \n1,"a,\nb"\n',
      'a.tsv': 'id\tname\n1\ta,b\n',
      'b.csv': 'id;name\n1;a,b\n',
    })
    const source = await openAt(folder.path, { file: 'a.csv' })
    expect(source.fields).toEqual(['id', 'name'])
    expect(source.size).toEqual({ items: 1, estimate: false })
    expect(await inputs(source)).toEqual([{ id: '1', name: 'a,\nb' }])
    expect(await inputs(await openAt(folder.path, { file: 'a.tsv' }))).toEqual([{ id: '1', name: 'a,b' }])
    expect(await inputs(await openAt(folder.path, { file: 'b.csv', delimiter: ';' }))).toEqual([
      { id: '1', name: 'a,b' },
    ])
  })

  it.each([
    ['', 'it is empty'],
    ['a,,b\n', 'its field 2 is empty'],
    ['a,b,a\n', 'it names a twice'],
    ['a,"b\n', 'the quote of a field is never closed'],
    ['__proto__,b\n', '__proto__ cannot be'],
    ['a,b\r1,2\r', 'its lines end in CR alone'],
  ])('refuses the header of %j before anything runs', async (text, reason) => {
    await using folder = await tempFolder({ 'a.csv': text })
    await expect(openAt(folder.path, { file: 'a.csv' })).rejects.toMatchObject({
      code: 'INPUT_MALFORMED',
      message: expect.stringContaining(reason),
    })
  })

  it.each([
    [{ file: 'a.json' }, 'jq'],
    [{ file: 'a' }, 'expected one of .jsonl'],
    [{ file: 'a.csv', delimiter: ';;' }, 'expected one character'],
  ])('refuses %j', async (description, message) => {
    await expect(openAt('/', description)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(message),
    })
  })

  it.skipIf(!canBeUnprivileged)('says why a file cannot be read (needs POSIX users)', async () => {
    await using folder = await tempFolder({ 'a.jsonl': '1\n', 'b.jsonl/c': '' })
    await chmod(folder.path, 0o755)
    await chmod(join(folder.path, 'a.jsonl'), 0)
    for (const file of ['a.jsonl', 'b.jsonl', 'missing.jsonl']) {
      const opening = unprivileged(() => openAt(folder.path, { file }))
      await expect(opening).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining(file) })
    }
  })

  it.skipIf(process.platform === 'win32')(
    'looks only at the beginning of a vast file (needs sparse files)',
    async () => {
      const begun = 'x'.repeat(10_000)
      await using folder = await tempFolder({ 'a.txt': begun, 'a.csv': begun })
      // Of no line end, and to be read for hours.
      for (const file of ['a.txt', 'a.csv']) await truncate(join(folder.path, file), 2 ** 42)
      expect((await openAt(folder.path, { file: 'a.txt' })).size).toEqual({ items: 1, estimate: true })
      await expect(openAt(folder.path, { file: 'a.csv' })).rejects.toMatchObject({ code: 'INPUT_MALFORMED' })
    },
  )

  it('estimates how many items a large file holds', async () => {
    const line = `${JSON.stringify({ text: 'x'.repeat(200) })}\n`
    const count = Math.ceil((9 * 1024 * 1024) / line.length)
    await using folder = await tempFolder({ 'a.jsonl': line.repeat(count) })
    expect((await openAt(folder.path, { file: 'a.jsonl' })).size).toEqual({ items: count, estimate: true })
  })
})

describe('a file that changes', () => {
  const lines = (count: number) => '{"n":1}\n'.repeat(count)

  it('is read as far as it went when it was opened', async () => {
    await using folder = await tempFolder({ 'a.jsonl': lines(10_000) })
    const path = join(folder.path, 'a.jsonl')
    const source = await openAt(folder.path, { file: path })
    let count = 0
    for await (const _ of source.items(sourceStart, never)) {
      if (count === 0) await appendFile(path, lines(10_000))
      count += 1
    }
    expect(count).toBe(10_000)
  })

  it('fails its source when it is cut or replaced', async () => {
    await using folder = await tempFolder({ 'a.jsonl': lines(20_000), 'b.jsonl': lines(20_000) })
    const path = join(folder.path, 'a.jsonl')
    const source = await openAt(folder.path, { file: path })
    const reading = async () => {
      for await (const { number } of source.items(sourceStart, never)) if (number === 0) await truncate(path, 100)
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringContaining('was cut to'),
    })
    await rename(join(folder.path, 'b.jsonl'), path)
    await expect(all(source)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('fails its source when it was written anew in place, and not when something was appended to it', async () => {
    await using folder = await tempFolder({ 'a.jsonl': lines(3) })
    const path = join(folder.path, 'a.jsonl')
    const source = await openAt(folder.path, { file: path })
    await appendFile(path, lines(1))
    expect(await all(source)).toHaveLength(3)
    await writeFile(path, '{"n":2}\n'.repeat(3))
    await expect(all(source)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('has another identity, and the same one as long as it is the same', async () => {
    await using folder = await tempFolder({ 'a.jsonl': lines(20_000) })
    const path = join(folder.path, 'a.jsonl')
    const identity = async () => (await openAt(folder.path, { file: path })).identity()
    const first = await identity()
    expect(await identity()).toBe(first)
    expect(JSON.parse(first)).toMatchObject({ path, size: 160_000 })
    await appendFile(path, '1\n')
    expect(await identity()).not.toBe(first)
  })
})

describe('openSource of other things', () => {
  it('takes addresses as they are, from any of them', async () => {
    const source = await openAt('/', { urls: ['https://a.example/', 'https://b.example/'] })
    expect(await inputs(source)).toEqual(['https://a.example/', 'https://b.example/'])
    expect((await all(source, { item: 1, offset: 0, line: 2 })).map(({ number }) => number)).toEqual([1])
    expect(await source.identity()).not.toBe(await (await openAt('/', { urls: ['https://a.example/'] })).identity())
  })

  it('takes the files that patterns match, each once, sorted, known again by their state', async () => {
    await using folder = await tempFolder({ 'd/b.md': '', 'd/a.md': '', 'd/c.txt': '', 'e.md': '' })
    const glob = ['e.md', 'd/*.md', 'd']
    const source = await openAt(folder.path, { glob })
    expect(await inputs(source)).toEqual(['d/a.md', 'd/b.md', 'd/c.txt', 'e.md'])
    expect(source.size).toEqual({ items: 4, estimate: false })
    const before = await source.identity()
    expect(await (await openAt(folder.path, { glob })).identity()).toBe(before)
    await writeFile(join(folder.path, 'd/a.md'), 'changed')
    expect(await (await openAt(folder.path, { glob })).identity()).not.toBe(before)
    await expect(openAt(folder.path, { glob: '*.html' })).rejects.toMatchObject({ code: 'NO_MATCH' })
  })

  it('takes what a program gives as JSON data, once unless it is an array', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(1001)}${']'.repeat(1001)}`)
    const values = [1, { at: new Date(0) }, undefined, 2n, () => 1, deep, null]
    const expected = [1, { at: '1970-01-01T00:00:00.000Z' }, ...Array<string>(4).fill('INPUT_MALFORMED'), null]
    const array = await openAt('/', { items: values })
    expect([await inputs(array), await inputs(array)]).toEqual([expected, expected])
    const once = await openAt('/', { items: Readable.from([1, 2]) })
    expect([array.isReadable, once.isReadable]).toEqual([true, false])
    expect((await all(once, { item: 5, offset: 0, line: 6 })).map(({ number }) => number)).toEqual([5, 6])
    expect(() => once.items(sourceStart, never)).toThrow(expect.objectContaining({ code: 'SOURCE_FAILED' }))
    const broken = function* () {
      yield 1
      throw new Error('gone')
    }
    await expect(inputs(await openAt('/', { items: broken() }))).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringContaining('gone'),
    })
  })

  it('reads standard input once, in any format', async () => {
    const read = async (description: SourceDescription, text: string) =>
      inputs(await openAt('/', description, Readable.from([text])))
    expect(await read({ file: '-' }, '1\n2')).toEqual([1, 2])
    expect(await read({ stdin: 'txt' }, 'a\n')).toEqual(['a'])
    expect(await read({ stdin: 'csv', delimiter: ';' }, 'a;b\n1;2\n')).toEqual([{ a: '1', b: '2' }])
    await expect(read({ stdin: 'csv' }, '')).rejects.toMatchObject({ code: 'INPUT_MALFORMED' })
  })

  it('ends a wait for standard input when the signal says so', async () => {
    const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] })
    const stop = new AbortController()
    const source = await openAt('/', { stdin: 'jsonl' }, cat.stdout)
    expect([source.isReadable, source.size]).toEqual([false, undefined])
    cat.stdin.write('1\n2\n')
    const seen: unknown[] = []
    for await (const { input } of source.items(sourceStart, stop.signal)) {
      seen.push(input)
      if (seen.length === 2) stop.abort()
    }
    expect(seen).toEqual([1, 2])
    cat.stdin.end()
  })

  it('says that standard input broke', async () => {
    const stdin = Readable.from(
      (async function* () {
        yield '1\n'
        throw new Error('EIO')
      })(),
    )
    const source = await openAt('/', { stdin: 'jsonl' }, stdin)
    await expect(all(source)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })
})
