import type { ChatWrapper, Llama, LlamaContextSequence, LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp'
import { Failure, messageOf } from '../../src/core/failure.ts'
import { embed } from './embed.ts'
import { assertFits } from './fit.ts'
import { generate } from './generate.ts'
import type { Backend, Library } from './library.ts'
import { availableMemory } from './memory.ts'
import { type ModelFile, readModelFile } from './model-file.ts'
import type { Embedded, ModelSpec, OpenModel, Prompt, Written } from './protocol.ts'
import { Seats } from './seats.ts'
import { contextCountOf, contextSizeOf, promptPart } from './sizes.ts'
import type { Telling, Writer } from './writing.ts'

/**
 * A loaded model with its contexts.
 *
 * On a processor each context has one sequence and computes on its own thread; that was faster than several threads on one context, and
 * than several sequences in one batch. On a GPU there is one context whose sequences are computed in one batch: one pass over the weights
 * serves them all.
 */
export class OpenedModel implements Writer, AsyncDisposable {
  readonly library: Library
  readonly llama: Llama
  readonly model: LlamaModel
  readonly chatWrapper: ChatWrapper
  readonly promptPart: number
  readonly description: OpenModel
  readonly #sequences: Seats<LlamaContextSequence>
  readonly #embedders: Seats<LlamaEmbeddingContext>

  private constructor(parts: Parts) {
    const { library, backend, file, model, description } = parts
    this.library = library
    this.llama = backend.llama
    this.model = model
    this.description = description
    this.promptPart = promptPart(file, description.gpu !== false)
    this.chatWrapper = library.resolveChatWrapper(model, { warningLogs: false }) ?? new library.GeneralChatWrapper()
    this.#sequences = new Seats(parts.sequences)
    this.#embedders = new Seats(parts.embedders)
  }

  /** @throws Failure `MODEL_UNKNOWN`, `MODEL_UNAVAILABLE`, `MODEL_TOO_LARGE`; the signal's reason */
  static async open(library: Library, backend: Backend, spec: ModelSpec, signal: AbortSignal): Promise<OpenedModel> {
    const { llama } = backend
    const file = await readModelFile(library, llama, spec.path)
    const contextSize = contextSizeOf(file, spec)
    const onGpu = llama.gpu !== false
    const batchSize = Math.min(contextSize, promptPart(file, onGpu))
    const contexts = contextCountOf(spec, onGpu)
    // What lies on a GPU is weighed by the library, which divides a model between it and the processor.
    if (!onGpu) {
      const availableBytes = await availableMemory()
      await assertFits({ file, contexts, contextSize, batchSize, availableBytes })
    }
    const model = await load(library, backend, spec.path, signal)
    try {
      const seats = await createContexts(model, file, {
        contexts,
        threads: spec.threads,
        contextSize,
        batchSize,
        onGpu,
        signal,
      })
      const description: OpenModel = {
        use: file.use,
        contexts,
        contextSize,
        dimensions: model.embeddingVectorSize,
        gpu: llama.gpu,
      }
      return new OpenedModel({ library, backend, file, model, description, ...seats })
    } catch (thrown) {
      await model.dispose()
      throw loadFailure(library, backend, spec.path, thrown, signal)
    }
  }

  generate(prompt: Prompt, signal: AbortSignal, telling: Telling): Promise<Written> {
    this.#assertUse('generate', 'writes no text: it is made to embed texts')
    return this.#sequences.use(signal, (sequence) => generate(this, sequence, prompt, signal, telling))
  }

  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded> {
    this.#assertUse('embed', 'embeds nothing: it is made to write text')
    const { model, description } = this
    const { contextSize } = description
    return this.#embedders.use(signal, (context) => embed({ model, contextSize }, context, texts, signal))
  }

  /** Nothing may be under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Its contexts go with it.
    await this.model.dispose()
  }

  #assertUse(use: OpenModel['use'], message: string): void {
    if (this.description.use === use) return
    const { filename = 'the model' } = this.model
    throw new Failure('REQUEST_REFUSED', `${filename} ${message}`, { kind: 'input' })
  }
}

interface Parts {
  readonly library: Library
  readonly backend: Backend
  readonly file: ModelFile
  readonly model: LlamaModel
  readonly description: OpenModel
  readonly sequences: readonly LlamaContextSequence[]
  readonly embedders: readonly LlamaEmbeddingContext[]
}

async function load(library: Library, backend: Backend, path: string, signal: AbortSignal): Promise<LlamaModel> {
  try {
    const memory = backend.llama.gpu === false ? { ignoreMemorySafetyChecks: true, gpuLayers: 0 } : {}
    return await backend.llama.loadModel({ modelPath: path, loadSignal: signal, ...memory })
  } catch (thrown) {
    throw loadFailure(library, backend, path, thrown, signal)
  }
}

interface ContextPlan {
  readonly contexts: number
  readonly threads: number
  readonly contextSize: number
  readonly batchSize: number
  readonly onGpu: boolean
  readonly signal: AbortSignal
}

async function createContexts(
  model: LlamaModel,
  file: ModelFile,
  { contexts: count, threads, contextSize, batchSize, onGpu, signal }: ContextPlan,
): Promise<Pick<Parts, 'sequences' | 'embedders'>> {
  const base = { contextSize, threads, createSignal: signal, ignoreMemorySafetyChecks: !onGpu }
  const each = Array.from({ length: onGpu && file.use === 'generate' ? 1 : count })
  if (file.use === 'embed') {
    // The tokens of a text see each other in both directions: they must be in one batch.
    const embedders = await Promise.all(
      each.map(() => model.createEmbeddingContext({ ...base, batchSize: contextSize })),
    )
    return { embedders, sequences: [] }
  }
  const sequences = onGpu ? count : 1
  const contexts = await Promise.all(each.map(() => model.createContext({ ...base, sequences, batchSize })))
  const all = contexts.flatMap((context) => Array.from({ length: sequences }, () => context.getSequence()))
  return { embedders: [], sequences: all }
}

function loadFailure(
  library: Library,
  { complaints }: Backend,
  path: string,
  thrown: unknown,
  signal: AbortSignal,
): unknown {
  if (signal.aborted) return signal.reason
  if (Failure.is(thrown)) return thrown
  if (thrown instanceof library.InsufficientMemoryError) {
    return new Failure('MODEL_TOO_LARGE', `${path} does not fit: ${thrown.message}`, { cause: thrown })
  }
  const said = complaints.last === undefined ? '' : ` (${complaints.last})`
  return new Failure('MODEL_UNAVAILABLE', `${path} cannot be loaded: ${messageOf(thrown)}${said}`, { cause: thrown })
}
