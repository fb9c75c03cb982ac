import type { TextDelta, TokenCount, Written } from '../../workers/llama/protocol.ts'
import type { GenerateRequest, Generation, ModelContext, ModelUsage } from '../model.ts'
import type { FirstTokenLimit } from './first-token-limit.ts'
import type { Watcher } from './model-host.ts'

interface AnswerParts {
  /** Of its own: the ids of its tool calls begin with it. */
  readonly id: string
  readonly request: GenerateRequest
  readonly context: ModelContext
  readonly limit: FirstTokenLimit
}

/** One answer on its way: hands on what the host tells, and makes of it what the contract says. */
export class Answer implements Watcher {
  readonly #parts: AnswerParts
  readonly #interrupted = new AbortController()
  readonly signal: AbortSignal
  readonly #startedAt = performance.now()

  constructor(parts: AnswerParts) {
    this.#parts = parts
    this.signal = AbortSignal.any([parts.limit.signal, this.#interrupted.signal])
  }

  begun(): void {
    this.#parts.limit.reached()
    this.#parts.context.report({ firstTokenMs: performance.now() - this.#startedAt })
  }

  delta(delta: TextDelta): void {
    const { onDelta } = this.#parts.request
    if (onDelta === undefined || this.signal.aborted) return
    try {
      if (delta.type === 'text') onDelta(delta)
      else onDelta({ type: 'tool-call', id: this.#callId(delta.index), name: delta.name, inputText: delta.inputText })
    } catch (thrown) {
      // It is the caller's: the answer ends with it.
      this.#interrupted.abort(thrown)
    }
  }

  used(count: TokenCount): void {
    this.#parts.context.addUsage(count)
  }

  /** @throws what `onDelta` threw */
  finish({ text, calls, stopReason, used }: Written, model: string): Generation {
    this.used(used)
    // The host may have been done before it heard of it.
    this.#interrupted.signal.throwIfAborted()
    const usage: ModelUsage = { ...used, costUsd: 0 }
    const toolCalls = calls.map(({ name, input }, index) => ({
      type: 'tool-call' as const,
      id: this.#callId(index),
      name,
      input,
    }))
    const json = this.#parts.request.jsonSchema === undefined ? undefined : parsed(text)
    return { text, toolCalls, usage, stopReason, model, ...(json === undefined ? {} : { json }) }
  }

  #callId(index: number): string {
    return `call-${this.#parts.id}-${index}`
  }
}

/** An answer that ended too early is no JSON: whoever asked for it finds no value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
