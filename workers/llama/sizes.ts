import { Failure } from '../../src/core/failure.ts'
import type { ModelFile } from './model-file.ts'
import type { ModelSpec } from './protocol.ts'

/** Where nobody says how long a context is: that much, or what the model was trained on. More costs memory, for each context. */
const usualContextSize = { generate: 4096, embed: 1024 } as const

/** Length of a context, in tokens. What embeds must not pass what it was trained on: its positions end there. */
export function contextSizeOf(file: ModelFile, { contextSize }: ModelSpec): number {
  const trained = file.insights.trainContextSize ?? Number.POSITIVE_INFINITY
  if (contextSize === undefined) return Math.min(trained, usualContextSize[file.use])
  return file.use === 'embed' ? Math.min(contextSize, trained) : contextSize
}

/** A GPU reads the weights once for all sequences of a batch: more of them are nearly free, but for their memory. */
const sequencesOnGpu = 8

/** @throws Failure `INVALID_OPTION` when the contexts would take all threads on which Node reads files and resolves names */
export function contextCountOf({ contexts, usualContexts }: ModelSpec, gpu: boolean): number {
  if (gpu) return contexts ?? sequencesOnGpu
  const count = contexts ?? usualContexts
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
  if (count === 1 || count < threads) return count
  const message = `llama: contexts: ${count} would take all ${threads} threads of Node for files and names: set UV_THREADPOOL_SIZE=${count + 1}, or isolation: 'process'`
  throw new Failure('INVALID_OPTION', message)
}

/** Weights that one core takes through within a part of a prompt, about: some 50 ms, so that a cancellation is seen in 100. */
const weightsPerPart = 3.5e9
const smallestPart = 8
const largestPart = 64
const partOnGpu = 512

/**
 * How many tokens of a prompt are evaluated before the signal is looked at: a call of llama.cpp cannot be interrupted.
 *
 * It depends on the model alone and is never measured: where a prompt is divided changes the last bits of the sums, and with them, once
 * in a while, a token. The same seed must give the same answer. (Smaller parts than 8 halve the speed of the prompt once more; so with
 * more than 0.4 billion weights a part takes longer than 100 ms on most processors.)
 */
export function promptPart(file: ModelFile, gpu: boolean): number {
  if (gpu) return partOnGpu
  const most = weightsPerPart / Math.max(1, file.insights.totalParameters)
  return Math.min(largestPart, Math.max(smallestPart, 2 ** Math.floor(Math.log2(most))))
}
