import type {
  StopReason as ClaudeStopReason,
  Usage as ClaudeUsage,
  ContentBlock,
  MessageDeltaUsage,
  RawMessageStreamEvent,
  RefusalStopDetails,
} from '@anthropic-ai/sdk/resources/messages'
import type { Delta, ModelUsage, StopReason, ToolCall } from '../model.ts'
import { type BilledTokens, costOf, type Price } from '../prices.ts'

/** An answer, as its events have told it so far. */
export class Answer {
  text = ''
  /** As the provider names it; empty before the answer has begun. */
  model = ''
  stopReason: ClaudeStopReason | null = null
  refusal: RefusalStopDetails | null = null
  readonly #calls = new Map<number, { readonly id: string; readonly name: string; inputText: string }>()
  #usage: Partial<ClaudeUsage> | undefined

  /**
   * What the API always sends may be missing, or be anything, where a server only resembles it.
   *
   * @returns what it adds to the answer, and whether a token has come with it
   */
  add(event: RawMessageStreamEvent): { readonly delta?: Delta; readonly isToken: boolean } {
    switch (event.type) {
      case 'message_start':
        this.model = textIn(event.message?.model)
        this.#count(event.message?.usage)
        return { isToken: false }
      case 'content_block_start':
        return this.#begin(event.index, event.content_block)
      case 'content_block_delta':
        if (event.delta?.type === 'text_delta') return this.#write(textIn(event.delta.text))
        if (event.delta?.type === 'input_json_delta') {
          return this.#writeInput(event.index, textIn(event.delta.partial_json))
        }
        return { isToken: true }
      case 'message_delta':
        this.stopReason = event.delta?.stop_reason ?? null
        this.refusal = event.delta?.stop_details ?? null
        this.#count(event.usage)
        return { isToken: false }
      default:
        return { isToken: false }
    }
  }

  get toolCalls(): ToolCall[] {
    return [...this.#calls.values()].map(({ id, name, inputText }) => ({
      type: 'tool-call',
      id,
      name,
      input: parsed(inputText),
    }))
  }

  /** What the provider has counted so far; undefined before the answer has begun. */
  usage(price: Price | undefined): ModelUsage | undefined {
    if (this.#usage === undefined) return undefined
    const billed = billedTokens(this.#usage)
    return {
      inputTokens: billed.input + billed.cacheWrite + billed.cacheWriteHour + billed.cacheRead,
      outputTokens: billed.output,
      cachedInputTokens: billed.cacheRead,
      costUsd: price === undefined ? 0 : costOf(billed, price),
    }
  }

  #begin(index: number, block: ContentBlock | undefined): { readonly delta?: Delta; readonly isToken: boolean } {
    if (block?.type === 'text') return this.#write(textIn(block.text))
    if (block?.type === 'tool_use') {
      this.#calls.set(index, { id: textIn(block.id), name: textIn(block.name), inputText: '' })
    }
    return { isToken: true }
  }

  #write(text: string): { readonly delta?: Delta; readonly isToken: boolean } {
    if (text === '') return { isToken: true }
    this.text += text
    return { delta: { type: 'text', text }, isToken: true }
  }

  #writeInput(index: number, inputText: string): { readonly delta?: Delta; readonly isToken: boolean } {
    const call = this.#calls.get(index)
    if (call === undefined || inputText === '') return { isToken: true }
    call.inputText += inputText
    return { delta: { type: 'tool-call', id: call.id, name: call.name, inputText }, isToken: true }
  }

  /** Later counts are of all so far, and say null where they have nothing new. */
  #count(usage: Partial<ClaudeUsage> | MessageDeltaUsage | undefined): void {
    const said = Object.entries(usage ?? {}).filter(([, amount]) => amount !== null && amount !== undefined)
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) }
  }
}

export function stopReasonOf(reason: ClaudeStopReason | null): StopReason {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'max-tokens'
    case 'stop_sequence':
      return 'stop-sequence'
    case 'tool_use':
      return 'tool-calls'
    default:
      return 'end'
  }
}

/** `input_tokens` are those beside the cache. Writes that last an hour are told apart where there are any. */
function billedTokens(usage: Partial<ClaudeUsage>): BilledTokens {
  const written = amount(usage.cache_creation_input_tokens)
  const cacheWriteHour = Math.min(written, amount(usage.cache_creation?.ephemeral_1h_input_tokens))
  return {
    input: amount(usage.input_tokens),
    output: amount(usage.output_tokens),
    cacheWrite: written - cacheWriteHour,
    cacheWriteHour,
    cacheRead: amount(usage.cache_read_input_tokens),
  }
}

/** A compatible server may count otherwise, or not at all. */
function amount(count: unknown): number {
  return Number.isSafeInteger(count) ? Math.max(0, count as number) : 0
}

function textIn(part: unknown): string {
  return typeof part === 'string' ? part : ''
}

/** As the model wrote it: text, where it is no JSON, for the limit of tokens may have cut it. */
function parsed(inputText: string): unknown {
  if (inputText === '') return {}
  try {
    return JSON.parse(inputText)
  } catch {
    return inputText
  }
}
