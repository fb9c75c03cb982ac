import { randomInt, randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import * as v from 'valibot'
import { maxTimerMs } from '../src/core/clock.ts'
import { parseOptions } from '../src/core/options.ts'
import type { Resource } from '../src/core/resource.ts'
import type { Usage } from '../src/core/usage.ts'
import type { ModelSpec } from '../workers/llama/protocol.ts'
import { resolveModel } from './catalogue.ts'
import { Answer } from './llama/answer.ts'
import { FirstTokenLimit } from './llama/first-token-limit.ts'
import { laneSizesOf } from './llama/lane-sizes.ts'
import { assertLimits } from './llama/limits.ts'
import { ModelHost } from './llama/model-host.ts'
import { startProcess } from './llama/process.ts'
import { startThread } from './llama/thread.ts'
import { withSmallerModels } from './llama/too-large.ts'
import { turnsOf } from './llama/turns.ts'
import type { Embedder, GenerateRequest, Generation, Generator, ModelContext } from './model.ts'
import { estimateInputTokens, estimateTokens } from './token-estimate.ts'

export interface LlamaOptions {
  /** Path of a GGUF file, or the name of a model of the catalogue whose weights are on this machine. */
  readonly model: string
  /**
   * How many calls it serves at the same time. Each takes memory for its context. Default on processors: as many as its lane takes;
   * on a GPU 8. Once the model is open, the lane takes as many calls as its models have contexts, and no more than before unless one of
   * them has more.
   */
  readonly contexts?: number
  /**
   * Tokens of prompt and answer together, in each context. Default: what the model was trained on, at most 4 096; for embeddings at most
   * 1 024, and longer texts are divided.
   */
  readonly contextSize?: number
  /** For each call, on processors. More than 1 is slower as soon as something else wants a core. Default 1. */
  readonly threads?: number
  /** Which GPU to use, `false` for none. Default `auto`: what the library finds. */
  readonly gpu?: 'auto' | 'cuda' | 'metal' | 'vulkan' | false
  /**
   * Where llama.cpp runs. On a `worker` thread of this process all models share one; what crashes it ends the program. In a `process` of its
   * own, a crash fails the tasks at hand with `MODEL_LOST`, which is retryable, and it is started again. Default `worker`.
   */
  readonly isolation?: 'worker' | 'process'
  /** For requests that name none. Default: another for each. */
  readonly seed?: number
  /** Default `local`. */
  readonly lane?: string
  /** Its memory is given back when nobody has used it for so long, in milliseconds; the next call opens it again. Default: never. */
  readonly idleTimeoutMs?: number
}

/** Writes, or embeds: what its file was trained for. The other fails with `REQUEST_REFUSED`. */
export type LlamaModel = Generator & Embedder

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const options = v.strictObject({
  model: v.pipe(v.string(), v.minLength(1)),
  contexts: v.optional(count),
  contextSize: v.optional(v.pipe(count, v.minValue(64), v.maxValue(2 ** 24))),
  threads: v.optional(count, 1),
  gpu: v.optional(v.union([v.picklist(['auto', 'cuda', 'metal', 'vulkan']), v.literal(false)]), 'auto'),
  isolation: v.optional(v.picklist(['worker', 'process']), 'worker'),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1))),
  lane: v.optional(v.string(), 'local'),
  idleTimeoutMs: v.optional(v.pipe(count, v.maxValue(maxTimerMs))),
})

/**
 * A model on this machine, by llama.cpp (https://github.com/ggml-org/llama.cpp) through the optional package node-llama-cpp. Nothing is
 * loaded before the first call; one model is loaded once for a runtime, however many tasks use it.
 *
 * Its chat template is the file's own. Answers are sampled as llama.cpp does it by default (temperature 0.8, top-k 40, top-p 0.95,
 * min-p 0.05). With a seed the same request gives the same answer on the same machine; with `cache: true` it may not, to the last bit, because
 * what a context holds of an earlier prompt is taken over. `jsonSchema` is enforced by a grammar, but for what no grammar can say
 * (`minimum`, `pattern`): check the value.
 *
 * Its calls fail with `MODEL_UNKNOWN`, `MODEL_UNAVAILABLE`, `MODEL_TOO_LARGE`, `MODEL_LOST`, `REQUEST_REFUSED`, `FIRST_TOKEN_TIMEOUT`.
 *
 * @throws Failure `INVALID_OPTION`
 */
export function llama(given: LlamaOptions): LlamaModel {
  return new LocalModel(parseOptions(options, given, 'llama'))
}

type Settings = v.InferOutput<typeof options>

const defaultMaxTokens = 4096
/** What an answer is expected to have where nobody limits it. */
const usualTokens = 512
/** Of a context whose size nobody gave, before it is open. */
const usualContextTokens = 4096

class LocalModel implements Generator, Embedder {
  readonly name: string
  readonly lane: string
  readonly #settings: Settings
  readonly #host: Resource<ModelHost>
  /** Once the model was open. */
  dimensions?: number
  /** What was asked for; once the model was open, what it has. */
  contextTokens: number

  constructor(settings: Settings) {
    this.name = `llama/${basename(settings.model, '.gguf').replaceAll(/\s/g, '-')}`
    this.lane = settings.lane
    this.contextTokens = settings.contextSize ?? usualContextTokens
    this.#settings = settings
    this.#host = settings.isolation === 'process' ? processHost(this.name, settings) : threadHost
  }

  async generate(request: GenerateRequest, context: ModelContext): Promise<Generation> {
    assertLimits(request)
    const turns = turnsOf(request)
    const { host, spec } = await this.#open(context)
    const { temperature, jsonSchema } = request
    const prompt = {
      turns,
      maxTokens: request.maxTokens ?? defaultMaxTokens,
      ...(temperature === undefined ? {} : { temperature }),
      seed: request.seed ?? this.#settings.seed ?? randomInt(2 ** 32),
      stop: request.stop ?? [],
      ...(jsonSchema === undefined ? {} : { jsonSchema }),
      tools: request.tools ?? [],
      stream: request.onDelta !== undefined,
      reuse: request.cache ?? false,
    }
    using limit = new FirstTokenLimit(request.firstTokenTimeoutMs, context.signal)
    const answer = new Answer({ id: randomUUID().slice(0, 8), request, context, limit })
    const written = await host.generate(spec, prompt, answer.signal, answer)
    return answer.finish(written, this.name)
  }

  async embed(texts: readonly string[], context: ModelContext): Promise<Float32Array[]> {
    context.signal.throwIfAborted()
    if (texts.length === 0) return []
    const { host, spec } = await this.#open(context)
    const { vectors, used } = await host.embed(spec, texts, context.signal)
    context.addUsage(used)
    return [...vectors]
  }

  estimate(given: GenerateRequest | readonly string[]): Partial<Usage> {
    if (!('messages' in given)) return { inputTokens: estimateTokens(given.join(' ')) }
    const outputTokens = Math.min(given.maxTokens ?? usualTokens, usualTokens)
    return { inputTokens: estimateInputTokens(given), outputTokens }
  }

  async #open(context: ModelContext): Promise<{ readonly host: ModelHost; readonly spec: ModelSpec }> {
    context.signal.throwIfAborted()
    const host = await context.open(this.#host)
    const { model, contexts, contextSize, threads, gpu, idleTimeoutMs } = this.#settings
    const spec: ModelSpec = {
      path: (await resolveModel(model)).path,
      usualContexts: host.lanes.given(this.lane),
      threads,
      gpu,
      ...(contexts === undefined ? {} : { contexts }),
      ...(contextSize === undefined ? {} : { contextSize }),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    }
    const opened = await host.load(spec, context.signal).catch(withSmallerModels)
    this.dimensions = opened.dimensions
    this.contextTokens = opened.contextSize
    host.lanes.fit(this.lane, host.id + JSON.stringify(spec), {
      contexts: opened.contexts,
      onGpu: opened.gpu !== false,
    })
    return { host, spec }
  }
}

/** All models of a runtime that are not isolated live on this thread. */
const threadHost: Resource<ModelHost> = {
  name: 'local models',
  open: (services) => new ModelHost((listener) => startThread(services.modelHost, listener), laneSizesOf(services)),
}

function processHost(name: string, { contexts, lane }: Settings): Resource<ModelHost> {
  return {
    name,
    open: (services) => {
      const lanes = laneSizesOf(services)
      // One for each context, and some for files.
      const ioThreads = (contexts ?? lanes.given(lane)) + 2
      return new ModelHost((listener) => startProcess(services.modelHost, listener, ioThreads), lanes)
    },
  }
}
