import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { alignment } from './format.ts'
import { llamaPlan } from './llama.ts'
import { bertFile, llamaFile, tinyLlama } from './models.ts'
import { sentencePieces } from './sentence-pieces.ts'
import { wordPieces } from './word-pieces.ts'
import { writeModel } from './write.ts'

describe('models of our own', () => {
  it('are the same bytes for the same seed, others for another', async () => {
    await using folder = await tempFolder()
    const written = [1, 1, 2].map((seed, index) => {
      const path = join(folder.path, `${index}.gguf`)
      writeModel(path, llamaPlan({ ...tinyLlama, seed }))
      return readFileSync(path)
    })
    expect(written[0]!.equals(written[1]!)).toBe(true)
    expect(written[0]!.equals(written[2]!)).toBe(false)
  })

  it('are written once for each shape, and start as GGUF 3 does', () => {
    const path = llamaFile()
    expect(llamaFile()).toBe(path)
    expect(llamaFile({ ...tinyLlama, layers: 2 })).not.toBe(path)
    for (const file of [path, bertFile()]) {
      const bytes = readFileSync(file)
      expect([bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4)]).toEqual(['GGUF', 3])
      expect(bytes.length % alignment).toBe(0)
    }
  })

  it('can write every text: all bytes and all printable characters are pieces', () => {
    const pieces = sentencePieces(1024)
    expect(pieces).toHaveLength(1024)
    expect(new Set(pieces.map(({ text }) => text)).size).toBe(1024)
    expect(pieces.filter(({ kind }) => kind === 'byte')).toHaveLength(256)
    const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
    expect(printable.filter((text) => !pieces.some((piece) => piece.text === text))).toEqual([])
    const words = wordPieces(2048)
    expect(words.length).toBeLessThanOrEqual(2048)
    expect([...'az09-?'].filter((text) => !words.includes(text) || !words.includes(`\u2581${text}`))).toEqual([])
  })
})
