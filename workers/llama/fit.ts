import { basename } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import type { ModelFile } from './model-file.ts'

/** What is to be opened, and how much memory there is for it. */
export interface Fitting {
  readonly file: ModelFile
  readonly contexts: number
  readonly contextSize: number
  readonly batchSize: number
  readonly availableBytes: number
}

/** Left for everything else, in bytes. */
const reserve = 128 * 2 ** 20
const smallestContext = 512

/**
 * Refuses a model that does not fit into memory with its contexts: the system would kill the process, or read the weights from the disk
 * again for each token. The amounts are llama.cpp's own, of a load that it simulates.
 *
 * @throws Failure `MODEL_TOO_LARGE`, saying what would fit; `details.roomBytes` is what a model and its contexts may take
 */
export async function assertFits(fitting: Fitting): Promise<void> {
  const { file, contexts, contextSize, availableBytes } = fitting
  const room = availableBytes - reserve
  const weights = file.insights.modelSize
  const contextBytes = await bytesOfContext(fitting, contextSize)
  if (weights + contexts * contextBytes <= room) return
  const needs = `${basename(file.path)} needs ${mebibytes(weights)} and ${mebibytes(contextBytes)} for each of ${contexts} contexts of ${contextSize} tokens`
  const advice = await whatFits(fitting, room - weights, contextBytes)
  throw new Failure('MODEL_TOO_LARGE', `${needs}, and there are ${mebibytes(Math.max(0, room))} to take: ${advice}`, {
    details: { roomBytes: room, weightsBytes: weights, contextBytes, use: file.use },
  })
}

async function whatFits(fitting: Fitting, room: number, contextBytes: number): Promise<string> {
  const contexts = Math.floor(room / contextBytes)
  if (contexts >= 1) return `contexts: ${contexts} would fit`
  for (let size = fitting.contextSize >> 1; size >= smallestContext; size >>= 1) {
    if ((await bytesOfContext(fitting, size)) <= room) return `contexts: 1, contextSize: ${size} would fit`
  }
  return 'take a smaller model, or one of a stronger quantisation'
}

async function bytesOfContext({ file, batchSize }: Fitting, contextSize: number): Promise<number> {
  const { cpuRam } = await file.insights.estimateContextResourceRequirementsV2({
    contextSize,
    batchSize: file.use === 'embed' ? contextSize : batchSize,
    sequences: 1,
    modelGpuLayers: 0,
    isEmbeddingContext: file.use === 'embed',
  })
  return cpuRam
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`
}
