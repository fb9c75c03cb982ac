import { Failure } from '../../src/core/failure.ts'
import { type Backend, type Library, loadLibrary, openBackend } from './library.ts'
import { OpenedModel } from './opened-model.ts'
import type {
  Embedded,
  Gpu,
  HostApi,
  HostListener,
  ModelSpec,
  OpenModel,
  Prompt,
  Reply,
  TokenCount,
  Written,
} from './protocol.ts'
import { Shelf } from './shelf.ts'

const nothingUsed: TokenCount = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 }

/**
 * Where local models live: one for a thread, or for a process. It must be closed before its thread ends: to end a thread while llama.cpp
 * computes aborts the process.
 */
export class Host implements HostApi {
  readonly #listener: HostListener
  readonly #end: () => void
  readonly #stop = new AbortController()
  readonly #calls = new Map<string, AbortController>()
  readonly #pending = new Set<Promise<unknown>>()
  readonly #models = new Shelf((spec) => this.#open(spec))
  readonly #backends = new Map<Gpu, Promise<Backend>>()
  #library: Promise<Library> | undefined
  #closing: Promise<void> | undefined

  /** @param end called when everything is given back: ends the thread or the process */
  constructor(listener: HostListener, end: () => void) {
    this.#listener = listener
    this.#end = end
  }

  load(id: string, spec: ModelSpec): Promise<Reply<OpenModel>> {
    return this.#reply(id, (signal) => this.#models.use(spec, signal, async ({ description }) => description))
  }

  generate(id: string, spec: ModelSpec, prompt: Prompt): Promise<Reply<Written>> {
    const telling = {
      used: nothingUsed,
      begun: () => void this.#listener.begun(id),
      delta: (delta: Parameters<HostListener['delta']>[1]) => void this.#listener.delta(id, delta),
    }
    return this.#reply(
      id,
      (signal) => this.#models.use(spec, signal, (model) => model.generate(prompt, signal, telling)),
      () => telling.used,
    )
  }

  embed(id: string, spec: ModelSpec, texts: readonly string[]): Promise<Reply<Embedded>> {
    return this.#reply(id, (signal) => this.#models.use(spec, signal, (model) => model.embed(texts, signal)))
  }

  cancel(id: string): void {
    this.#calls.get(id)?.abort(new Failure('CANCELLED', 'the call was cancelled'))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stop.abort(new Failure('CANCELLED', 'the model host is closed'))
    await Promise.allSettled(this.#pending)
    await this.#models[Symbol.asyncDispose]()
    for (const backend of this.#backends.values()) {
      await backend.then(({ llama }) => llama.dispose()).catch(() => undefined)
    }
    // The answer to `close` goes out first.
    setImmediate(this.#end)
  }

  async #reply<T>(id: string, work: (signal: AbortSignal) => Promise<T>, used?: () => TokenCount): Promise<Reply<T>> {
    const own = new AbortController()
    this.#calls.set(id, own)
    const signal = AbortSignal.any([own.signal, this.#stop.signal])
    const call = Promise.resolve().then(() => {
      signal.throwIfAborted()
      return work(signal)
    })
    this.#pending.add(call)
    try {
      return { ok: true, value: await call }
    } catch (thrown) {
      const failure = Failure.from(thrown).toRecord()
      return used === undefined ? { ok: false, failure } : { ok: false, failure, used: used() }
    } finally {
      this.#pending.delete(call)
      this.#calls.delete(id)
    }
  }

  async #open(spec: ModelSpec): Promise<OpenedModel> {
    this.#library ??= loadLibrary()
    const library = await this.#library
    const threads = (spec.contexts ?? spec.usualContexts) * spec.threads
    let opening = this.#backends.get(spec.gpu)
    if (opening === undefined) {
      opening = openBackend(library, spec.gpu, threads)
      this.#backends.set(spec.gpu, opening)
      opening.catch(() => this.#backends.delete(spec.gpu))
    }
    const backend = await opening
    if (backend.llama.maxThreads < threads) backend.llama.maxThreads = threads
    return OpenedModel.open(library, backend, spec, this.#stop.signal)
  }
}
