import type { LlamaContextSequence, LlamaEmbeddingContext } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { embed } from '../../../workers/llama/embed.ts'
import { assertFits } from '../../../workers/llama/fit.ts'
import { generate } from '../../../workers/llama/generate.ts'
import { type Backend, type Library, loadLibrary, openBackend } from '../../../workers/llama/library.ts'
import { readModelFile } from '../../../workers/llama/model-file.ts'
import { OpenedModel } from '../../../workers/llama/opened-model.ts'
import type { ModelSpec, Prompt } from '../../../workers/llama/protocol.ts'
import type { Telling } from '../../../workers/llama/writing.ts'
import { bertFile, llamaFile, mediumLlama } from '../../support/gguf/models.ts'

// What runs on the host's thread, without the thread.

let library: Library
let backend: Backend
const { signal } = new AbortController()

beforeAll(async () => {
  library = await loadLibrary()
  backend = await openBackend(library, false, 1)
})

afterAll(() => backend.llama.dispose())

describe('a prompt', () => {
  const prompt: Prompt = {
    turns: [{ role: 'user', text: 'so it goes. '.repeat(60) }],
    maxTokens: 4,
    seed: 1,
    stop: [],
    tools: [],
    stream: false,
    reuse: false,
  }

  test('is evaluated in parts, and no further once it is cancelled', async () => {
    await using model = await open(llamaFile())
    const context = await model.model.createContext({ contextSize: 1024, threads: 1 })
    const parts: number[] = []
    const cancelling = new AbortController()
    const sequence = watched(context.getSequence(), (tokens) => {
      parts.push(tokens)
      if (parts.length === 3) cancelling.abort(new Error('enough'))
    })
    const telling = silent()
    await expect(generate(model, sequence, prompt, cancelling.signal, telling)).rejects.toThrow('enough')
    expect(parts).toEqual([64, 64, 64])
    expect(telling.used).toEqual({ inputTokens: 192, outputTokens: 0, cachedInputTokens: 0 })

    const whole = silent()
    const { used } = await generate(model, sequence, prompt, signal, whole)
    expect(parts.slice(3).reduce((sum, part) => sum + part)).toBe(used.inputTokens - 1)
    expect(used.inputTokens).toBeGreaterThan(400)
    expect(used.outputTokens).toBe(4)
  })

  test('is the same to the model in parts as it is in one', async () => {
    await using model = await open(llamaFile())
    const context = await model.model.createContext({ contextSize: 1024, threads: 1, batchSize: 1024 })
    const sequence = context.getSequence()
    const inParts = await generate(model, sequence, { ...prompt, temperature: 0 }, signal, silent())
    await sequence.clearHistory()
    const chat = new library.LlamaChat({ contextSequence: sequence, chatWrapper: model.chatWrapper })
    const history = [{ type: 'user' as const, text: 'so it goes. '.repeat(60) }]
    const { response } = await chat.generateResponse(history, { maxTokens: 4, temperature: 0 })
    expect(inParts.text).toBe(response)
  })

  test('is divided finer for a larger model', async () => {
    await using model = await open(llamaFile(mediumLlama))
    expect(model.promptPart).toBe(32)
  })
})

describe('a long text', () => {
  test('has the mean of its parts, by their tokens', async () => {
    await using opened = await open(bertFile(), 64)
    const { model } = opened
    const context = await model.createEmbeddingContext({ contextSize: 512, threads: 1 })
    const given: number[] = []
    const fake = {
      getEmbeddingFor: async (tokens: readonly unknown[]) => {
        given.push(tokens.length)
        return { vector: Array.from({ length: 64 }, (_, index) => (index === given.length - 1 ? 1 : 0)) }
      },
    } as unknown as LlamaEmbeddingContext
    const text = 'a '.repeat(100)
    const { vectors, used } = await embed({ model, contextSize: 64 }, fake, [text], signal)
    expect(used.inputTokens).toBe(100)
    expect(given).toEqual([50, 50])
    expect(vectors[0]![0]).toBeCloseTo(Math.SQRT1_2)
    expect(vectors[0]![1]).toBeCloseTo(Math.SQRT1_2)
    await context.dispose()
  })

  test('ends between two parts when it is cancelled', async () => {
    await using opened = await open(bertFile(), 64)
    const cancelling = new AbortController()
    const context = {
      getEmbeddingFor: async () => {
        cancelling.abort(new Error('enough'))
        return { vector: [1] }
      },
    } as unknown as LlamaEmbeddingContext
    const embedding = embed({ model: opened.model, contextSize: 64 }, context, ['a '.repeat(100)], cancelling.signal)
    await expect(embedding).rejects.toThrow('enough')
  })
})

describe('what does not fit', () => {
  test('is refused with what would', async () => {
    const file = await readModelFile(library, backend.llama, llamaFile())
    const base = { file, contextSize: 2048, batchSize: 64, contexts: 3 }
    const mib = 2 ** 20
    await expect(assertFits({ ...base, availableBytes: 10_000 * mib })).resolves.toBeUndefined()
    const refusal = async (availableBytes: number) => {
      const failure = await assertFits({ ...base, availableBytes }).catch((thrown: unknown) => thrown)
      expect(failure).toMatchObject({ code: 'MODEL_TOO_LARGE', details: { use: 'generate' } })
      return failure as { readonly message: string; readonly details: Readonly<Record<string, number>> }
    }
    const { details } = await refusal(0)
    const { weightsBytes = 0, contextBytes = 0, roomBytes = 0 } = details
    const room = (bytes: number): number => bytes - roomBytes
    expect((await refusal(room(weightsBytes + 2 * contextBytes))).message).toContain('contexts: 2 would fit')
    expect((await refusal(room(weightsBytes + contextBytes - 1))).message).toMatch(
      /contexts: 1, contextSize: \d+ would fit/,
    )
    expect((await refusal(room(weightsBytes))).message).toContain('take a smaller model')
  })
})

test('without node-llama-cpp the failure says what to install', async () => {
  const absent = 'a-package-that-nobody-has'
  await expect(loadLibrary(() => import(/* @vite-ignore */ absent))).rejects.toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    message: expect.stringMatching(/^local models need .*npm install node-llama-cpp/),
  })
  const broken = loadLibrary(() => Promise.reject(new Error('GLIBC is too old')))
  await expect(broken).rejects.toMatchObject({ message: expect.stringContaining('does not load: GLIBC is too old') })
})

function open(path: string, contextSize = 1024): Promise<OpenedModel> {
  const spec: ModelSpec = { path, usualContexts: 1, contextSize, threads: 1, gpu: false }
  return OpenedModel.open(library, backend, spec, signal)
}

function silent(): Telling {
  return {
    begun: () => undefined,
    delta: () => undefined,
    used: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
  }
}

/** A sequence that tells of each part that is evaluated without writing, before it is. */
function watched(sequence: LlamaContextSequence, see: (tokens: number) => void): LlamaContextSequence {
  const evaluate = sequence.evaluateWithoutGeneratingNewTokens.bind(sequence)
  sequence.evaluateWithoutGeneratingNewTokens = (tokens, options) => {
    see(tokens.length)
    return evaluate(tokens, options)
  }
  return sequence
}
