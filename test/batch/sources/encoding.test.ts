import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inUtf8 } from '../../../src/batch/sources/encoding.ts'
import { openSource, type SourceDescription } from '../../../src/batch/sources/open-source.ts'
import { sourceStart } from '../../../src/batch/sources/source.ts'
import { inPieces, someBytes } from '../../support/pieces.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const table = 'name;city\r\nMüller;Köln\r\n山田;東京\r\n'
const le = (text: string): Buffer => Buffer.from(text, 'utf16le')
const be = (text: string): Buffer => le(text).swap16()
const mark = '\ufeff'

async function read(description: SourceDescription, folder: string, stdin: Iterable<Uint8Array> = []) {
  const source = await openSource(description, { folder, stdin: Readable.from(stdin) })
  return await Array.fromAsync(source.items(sourceStart, new AbortController().signal))
}

const written: readonly (readonly [name: string, content: Buffer, encoding: string | undefined])[] = [
  ['UTF-16 with a mark, as Excel writes it', le(mark + table), 'UTF-16'],
  ['UTF-16 big-endian with a mark', be(mark + table), 'UTF-16'],
  ['UTF-16 without a mark', le(table), 'UTF-16LE'],
  ['UTF-16 big-endian without a mark', be(table), 'UTF-16BE'],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'UTF-32'],
  [
    'no text',
    Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000\u0008\u0000\u0000\u0000!\u0000 and more of it'),
    undefined,
  ],
]

describe.each(written)('%s', (_, content, encoding) => {
  it.each(['csv', 'jsonl', 'txt'] as const)(
    'is refused as %s, with one failure that says how it is converted',
    async (format) => {
      await using folder = await tempFolder()
      await writeFile(join(folder.path, 'in.csv'), content)
      const failure = {
        code: 'INPUT_ENCODING',
        message: expect.stringContaining(
          encoding === undefined
            ? String.raw`or an archive under another name?); expected UTF-8. If it is a text that something has damaged, take them out (tr -d '\000' < in.csv > in.utf8.csv)`
            : `in.csv is ${encoding}, and UTF-8 is expected: convert it (iconv -f ${encoding} -t UTF-8 in.csv > in.utf8.csv)`,
        ),
      }
      await expect(read({ file: 'in.csv', format, delimiter: ';' }, folder.path)).rejects.toMatchObject(failure)
    },
  )

  it.each([[1], [2, 1], [3], [500]])('is refused on standard input, however it comes: %j', async (...sizes) => {
    const pieces = inPieces(content, sizes)
    const rejected = read({ stdin: 'csv', delimiter: ';' }, '/', pieces)
    await expect(rejected).rejects.toMatchObject({
      code: 'INPUT_ENCODING',
      details: encoding === undefined ? {} : { encoding },
    })
  })
})

it('what is UTF-8 goes on as it is, with a mark or without', async () => {
  await using folder = await tempFolder({ 'in.csv': mark + table })
  const rows = [
    { name: 'Müller', city: 'Köln' },
    { name: '山田', city: '東京' },
  ]
  const bytes = Buffer.from(mark + table)
  expect((await read({ file: 'in.csv', delimiter: ';' }, folder.path)).map(({ input }) => input)).toEqual(rows)
  const stdin = await read({ stdin: 'csv', delimiter: ';' }, '/', inPieces(bytes, [1, 1, 2, 5]))
  expect(stdin.map(({ input }) => input)).toEqual(rows)
})

it('bytes that come in pieces are passed on as they are', async () => {
  await fc.assert(
    fc.asyncProperty(someBytes, fc.array(fc.nat(40)), async (bytes, sizes) => {
      fc.pre(!bytes.includes(0) && bytes[0] !== 0xff && bytes[0] !== 0xfe)
      const passed = await Array.fromAsync(inUtf8(Readable.from(inPieces(bytes, sizes)), 'x'))
      expect(Buffer.concat(passed as Buffer[]).equals(bytes)).toBe(true)
    }),
  )
})

it('a table in Windows-1252 loses no character silently: each such line is malformed, and says what to do', async () => {
  await using folder = await tempFolder()
  await writeFile(join(folder.path, 'in.csv'), Buffer.from('name,city\nMiller,Cologne\nM\xfcller,K\xf6ln\n', 'latin1'))
  const items = await read({ file: 'in.csv' }, folder.path)
  expect(items.map(({ input, failure }) => [input, failure?.code])).toEqual([
    [{ name: 'Miller', city: 'Cologne' }, undefined],
    ['Müller,Köln', 'INPUT_MALFORMED'],
  ])
  expect(items[1]!.failure!.message).toBe(
    'line 3 of in.csv cannot be taken: it is not UTF-8: convert the file (of a spreadsheet of Western Europe: iconv -f WINDOWS-1252 -t UTF-8)',
  )
})

it.each(['csv', 'txt', 'jsonl'] as const)(
  'one bad line of a file in UTF-8 is to be mended by itself: converting all of it would spoil the others (%s)',
  async (format) => {
    await using folder = await tempFolder()
    const lines = ['"name"', '"Müller"', '"J\xe4ger"', '"Köln"'].map((line) =>
      Buffer.from(`${line}\n`, line.includes('\xe4') ? 'latin1' : 'utf8'),
    )
    for (const order of [lines, [lines[0]!, lines[2]!, lines[1]!], [lines[0]!, lines[1]!, lines[2]!]]) {
      await writeFile(join(folder.path, 'in'), Buffer.concat(order))
      const bad = (await read({ file: 'in', format }, folder.path)).filter(({ failure }) => failure !== undefined)
      expect(bad.map(({ failure }) => failure!.message)).toEqual([
        expect.stringMatching(/not UTF-8, while others are: mend this line only/),
      ])
      expect(bad[0]!.failure!.message).not.toContain('iconv')
    }
  },
)

describe('what gzip has packed', () => {
  const packed = gzipSync('{"name":"Müller"}\n')

  it.each([
    ['in.jsonl', 'in.unpacked.jsonl'],
    ['in.csv', 'in.unpacked.csv'],
    ['in.txt', 'in.unpacked.txt'],
    ['in.csv.gz', 'in.csv'],
  ])('is refused as %s, with the command that unpacks it', async (file, unpacked) => {
    await using folder = await tempFolder()
    await writeFile(join(folder.path, file), packed)
    const format = file.endsWith('.gz') ? { format: 'csv' as const } : {}
    await expect(read({ file, ...format }, folder.path)).rejects.toMatchObject({
      code: 'INPUT_ENCODING',
      message: `${file} is compressed with gzip, and text is expected: unpack it (gunzip -c ${file} > ${unpacked})`,
    })
  })

  it.each([[1], [2, 1], [500]])('is refused on standard input, however it comes: %j', async (...sizes) => {
    await expect(read({ stdin: 'jsonl' }, '/', inPieces(packed, sizes))).rejects.toMatchObject({
      code: 'INPUT_ENCODING',
      message: expect.stringContaining('… | gunzip | weft run …'),
    })
  })
})
