import { isDeepStrictEqual } from 'node:util'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv } from '../../../src/batch/sources/csv-format.ts'
import { type SourceItem, sourceStart } from '../../../src/batch/sources/source.ts'
import { inPieces, someBytes } from '../../support/pieces.ts'

function read(
  bytes: Buffer,
  { cuts = [] as readonly number[], from = sourceStart, columns = ['a', 'b'], delimiter = ',' } = {},
) {
  const reader = csv('t.csv', delimiter, columns).reader(from)
  const items = inPieces(bytes.subarray(from.offset), cuts).flatMap((piece) => [...reader.push(piece)])
  return [...items, ...reader.end()]
}

function shown({ line, input, failure }: SourceItem) {
  return failure === undefined ? [line, input] : [line, failure.code, failure.details]
}

const field = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 5 }),
  fc.array(fc.constantFrom('"', ',', '\n', 'x', ' ', ''), { maxLength: 6 }).map((parts) => parts.join('')),
)
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

describe('csv', () => {
  it('reads what was written as CSV, as csv-parse does, wherever the pieces end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, field)),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(9)),
        (rows, end, cuts) => {
          const text = `\ufeffa,b${end}${rows.map((row) => row.map(quoted).join(',') + end).join('')}`
          const items = read(Buffer.from(text), { cuts })
          // Between the lines of a field stands a line feed, whatever its file has.
          const expected = rows.map(([a, b]) => ({ a: a.replaceAll('\r\n', '\n'), b: b.replaceAll('\r\n', '\n') }))
          expect(items.map(({ input }) => input)).toEqual(expected)
          const peers = parse(text, { bom: true, columns: true }) as readonly object[]
          if (!text.includes('\r')) expect(peers).toEqual(items.map(({ input }) => input))
        },
      ),
    )
  })

  it('gives the same items of any bytes wherever the pieces end, and the rest of them from any that is whole', () => {
    fc.assert(
      fc.property(someBytes, fc.array(fc.nat(20)), fc.nat(), (bytes, cuts, pick) => {
        const all = Buffer.concat([Buffer.from('a,b\n'), bytes])
        const items = read(all)
        expect(read(all, { cuts }).map(shown)).toEqual(items.map(shown))
        expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => index))
        fc.pre(items.length > 0)
        const at = pick % items.length
        const { number, offset, line } = items[at]!
        const rest = read(all, { from: { item: number, offset, line }, cuts })
        expect(rest.map(shown)).toEqual(items.slice(at).map(shown))
      }),
      { numRuns: 500 },
    )
  })

  it('reads records of any length the same wherever the pieces end, and finds its way behind any that is none', () => {
    const short = ['1,2\n', '1,6" disk\n', '"1","""2"""\n', '"1"x,2\n', '3,"4\n', '"\n', '\0,"\0"\n', '\xe9\r\n']
    const long = fc.tuple(
      fc.constantFrom('x'.repeat(30), '', '1,2', '""\n"').map((text) => `${text}\n`),
      fc.nat(4000),
    )
    const row = fc.oneof(
      fc.constantFrom(...short),
      long.map(([text, count]) => `1,"${text.repeat(count)}"\n`),
    )
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.array(fc.nat(50_000)), (rows, cuts) => {
        const all = Buffer.from(`a,b\n${rows.join('')}`, 'latin1')
        const items = read(all)
        expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => index))
        expect(isDeepStrictEqual(read(all, { cuts }).map(shown), items.map(shown))).toBe(true)
        const few = items.filter((_, index) => index % 1000 === 0)
        for (const { offset, line } of few)
          expect(all.subarray(0, offset).filter((byte) => byte === 10)).toHaveLength(line - 1)
      }),
      { numRuns: 20 },
    )
  })

  it('gives up a quote that is never closed after 16 MiB, at the same line wherever the pieces end', () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},${'a company or so '.repeat(12)}\n`)
    const all = Buffer.from(`a,b\n1,"2\n${rows.join('')}0,"\n`)
    for (const cut of [32_768, 3_000_000]) {
      const items = read(all, { cuts: Array<number>(Math.ceil(all.length / cut)).fill(cut) })
      expect(items).toHaveLength(100_002)
      const failures = items.flatMap(({ failure }) => failure?.message ?? [])
      expect(failures).toEqual([
        'line 2 of t.csv cannot be taken: the quote of a field is not closed within 16777216 bytes',
        'line 100003 of t.csv cannot be taken: the quote of a field is never closed',
      ])
    }
  })

  it('loses one record to a quote that is missing, and goes on with the next line', () => {
    const text = 'a,b\n1,"one\n2,"two"\n3,three\n4,"fo"ur\n5,five\n6,"six\n7,seven\n'
    expect(read(Buffer.from(text)).map(shown)).toEqual([
      [2, 'INPUT_MALFORMED', { line: 2 }],
      [3, { a: '2', b: 'two' }],
      [4, { a: '3', b: 'three' }],
      [5, 'INPUT_MALFORMED', { line: 5 }],
      [6, { a: '5', b: 'five' }],
      [7, 'INPUT_MALFORMED', { line: 7 }],
      [8, { a: '7', b: 'seven' }],
    ])
  })

  it('says what is wrong with a record, and where', () => {
    const failures = read(Buffer.from('a,b\n1\n1,2,3\n\n"x"y,1\n\xff,1\n', 'latin1')).map(
      ({ failure }) => failure?.message,
    )
    expect(failures).toEqual([
      'line 2 of t.csv cannot be taken: expected 2 fields as in the header, got 1',
      'line 3 of t.csv cannot be taken: expected 2 fields as in the header, got 3; a field that holds "," stands in quotes',
      'line 5 of t.csv cannot be taken: text stands behind a closing quote; a quote in a field is written as two',
      'line 6 of t.csv cannot be taken: it is not UTF-8: convert the file (of a spreadsheet of Western Europe: iconv -f WINDOWS-1252 -t UTF-8)',
    ])
  })

  it('takes a line of tabs for a record of empty fields, where tabs are the delimiter', () => {
    expect(read(Buffer.from('a\tb\n\t\n \n'), { delimiter: '\t' }).map(({ input }) => input)).toEqual([
      { a: '', b: '' },
    ])
  })

  it('takes fields that are empty, quotes inside of a field, and another delimiter', () => {
    const text = 'a;b\n;\n6" disk;"x;y"\n'
    expect(read(Buffer.from(text), { delimiter: ';' }).map(({ input }) => input)).toEqual([
      { a: '', b: '' },
      { a: '6" disk', b: 'x;y' },
    ])
  })
})
