import { open } from 'node:fs/promises'
import type { GgufFileInfo, GgufInsights, Llama } from 'node-llama-cpp'
import { errorCodeOf, Failure, messageOf } from '../../src/core/failure.ts'
import type { Library } from './library.ts'
import type { ModelUse } from './protocol.ts'

/** What the head of a model's file tells, before anything is loaded. */
export interface ModelFile {
  readonly path: string
  readonly use: ModelUse
  readonly insights: GgufInsights
}

/** @throws Failure `MODEL_UNKNOWN` when there is no such file, `MODEL_UNAVAILABLE` when it is no model that can be loaded */
export async function readModelFile(library: Library, llama: Llama, path: string): Promise<ModelFile> {
  await assertGguf(path)
  try {
    const head = await library.readGgufFileInfo(path, { sourceType: 'filesystem', logWarnings: false })
    const insights = await library.GgufInsights.from(head, llama)
    return { path, use: useOf(head), insights }
  } catch (cause) {
    throw new Failure('MODEL_UNAVAILABLE', `${path} starts like a model and is damaged: ${messageOf(cause)}`, { cause })
  }
}

async function assertGguf(path: string): Promise<void> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead === 4 && buffer.toString('latin1') === 'GGUF') return
  } catch (cause) {
    const code = errorCodeOf(cause) === 'ENOENT' ? 'MODEL_UNKNOWN' : 'MODEL_UNAVAILABLE'
    throw new Failure(code, `the model ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
  throw new Failure('MODEL_UNAVAILABLE', `${path} is no GGUF file: llama.cpp loads models in that format only`)
}

/** Who pools the vectors of a text's tokens, or looks at them in both directions, was trained to embed. Numbers as GGUF has them. */
function useOf(head: GgufFileInfo): ModelUse {
  const { pooling_type: pooling = 0, attention } = head.architectureMetadata as {
    readonly pooling_type?: number
    readonly attention?: { readonly causal?: boolean }
  }
  return pooling !== 0 || attention?.causal === false ? 'embed' : 'generate'
}
