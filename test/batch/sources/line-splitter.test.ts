import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Line, LineSplitter } from '../../../src/batch/sources/line-splitter.ts'
import { inPieces, someBytes } from '../../support/pieces.ts'

function split(pieces: readonly Buffer[], from = { offset: 0, line: 1 }, maxBytes?: number): Line[] {
  const splitter = new LineSplitter(from, maxBytes)
  const lines = pieces.flatMap((piece) => {
    const found = splitter.push(piece)
    piece.fill(0x5a) // Whoever reads the next piece into the same memory must not change what was given.
    return found
  })
  return [...lines, ...splitter.end()]
}

describe('LineSplitter', () => {
  it('finds the same lines wherever the pieces end', () => {
    fc.assert(
      fc.property(someBytes, fc.array(fc.nat(40)), (bytes, cuts) => {
        const whole = split([Buffer.from(bytes)])
        expect(split(inPieces(bytes, cuts))).toEqual(whole)
        // The places are those of the bytes: each line stands where it says.
        for (const { offset, line, text, fault } of whole) {
          expect(line).toBe(bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1)
          const end = bytes.indexOf(10, offset)
          const there = bytes.subarray(offset, end < 0 ? undefined : end)
          const mark = offset === 0 && there.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0
          // Of what is no UTF-8 no byte is lost.
          const encoding = fault === undefined ? 'utf-8' : 'windows-1252'
          expect(text).toBe(
            new TextDecoder(encoding, { ignoreBOM: true }).decode(there.subarray(mark)).replace(/\r$/, ''),
          )
          expect(fault).toBe(Buffer.from(there.toString()).equals(there) ? undefined : 'not UTF-8')
        }
        const count = bytes.filter((byte) => byte === 10).length
        expect(whole).toHaveLength(bytes.length === 0 || bytes.at(-1) === 10 ? count : count + 1)
      }),
      { numRuns: 500 },
    )
  })

  it('finds the rest of the lines from any of them', () => {
    fc.assert(
      fc.property(someBytes, fc.array(fc.nat(40)), fc.nat(), (bytes, cuts, pick) => {
        const whole = split([Buffer.from(bytes)])
        fc.pre(whole.length > 0)
        const at = pick % whole.length
        const { offset, line } = whole[at]!
        expect(split(inPieces(bytes.subarray(offset), cuts), { offset, line })).toEqual(whole.slice(at))
      }),
    )
  })

  it.each([1, 7, 1000])('holds no more of a line than the limit, in pieces of %i bytes', (size) => {
    const bytes = Buffer.from(`${'é'.repeat(50)}\n${'x'.repeat(5000)}\n${'y'.repeat(100)}\r\nlast`)
    const lines = split(
      inPieces(
        bytes,
        Array.from({ length: bytes.length }, () => size),
      ),
      { offset: 0, line: 1 },
      101,
    )
    expect(lines.map(({ offset, line, fault }) => [offset, line, fault])).toEqual([
      [0, 1, undefined],
      [101, 2, 'too long'],
      [5102, 3, undefined],
      [5204, 4, undefined],
    ])
    expect(lines[1]!.text.length).toBeLessThanOrEqual(1024)
    expect(lines[1]!.text).toMatch(/^x+$/)
  })
})
