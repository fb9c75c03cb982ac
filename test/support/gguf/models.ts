import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BertShape, bertPlan } from './bert.ts'
import { ggufHeader } from './format.ts'
import { type LlamaShape, llamaPlan } from './llama.ts'
import { type ModelPlan, writeModel } from './write.ts'

// Models for tests and benchmarks, written when they are asked for, once per process, and removed with it. They must not be committed.

/** 0.9 million weights: for what a model does, not for how long it takes. */
export const tinyLlama: LlamaShape = { width: 128, layers: 4, heads: 4, inner: 352 }

/** 10 million weights. */
export const smallLlama: LlamaShape = { width: 384, layers: 6, heads: 6, inner: 1024 }

/** 60 million weights: a token takes some milliseconds. */
export const mediumLlama: LlamaShape = { width: 768, layers: 8, heads: 12, inner: 2048 }

/** 0.3 million weights. */
export const tinyBert: BertShape = { width: 64, layers: 2, heads: 2, inner: 256 }

/** 11 million weights. */
export const smallBert: BertShape = { width: 384, layers: 6, heads: 6, inner: 1536 }

/** @returns path of the file */
export function llamaFile(shape: LlamaShape = tinyLlama): string {
  return fileOf('llama', llamaPlan(shape))
}

/** @returns path of the file */
export function bertFile(shape: BertShape = tinyBert): string {
  return fileOf('bert', bertPlan(shape))
}

/** The head of a model whose weights no machine holds: they are not there. */
export function unloadableFile(): string {
  const { metadata, tensors } = llamaPlan(tinyLlama)
  const places = tensors.map(({ name, type }) => ({ name, type, dimensions: [2 ** 20, 2 ** 20], offset: 0 }))
  const path = join(ownFolder(), 'unloadable.gguf')
  writeFileSync(path, ggufHeader(metadata, places))
  return path
}

let folder: string | undefined

function ownFolder(): string {
  if (folder !== undefined) return folder
  const made = mkdtempSync(join(tmpdir(), 'weft-models-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}

function fileOf(name: string, plan: ModelPlan): string {
  const path = join(ownFolder(), `${name}-${fingerprint(plan)}.gguf`)
  if (!existsSync(path)) writeModel(path, plan)
  return path
}

function fingerprint({ metadata, tensors, seed }: ModelPlan): string {
  const marks = tensors.map(
    ({ dimensions, marks }) => marks && Array.from({ length: dimensions[1]! }, (_, row) => marks(row)),
  )
  return createHash('sha256')
    .update(JSON.stringify([metadata, tensors, marks, seed]))
    .digest('hex')
    .slice(0, 12)
}
