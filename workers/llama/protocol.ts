import type { FailureRecord } from '../../src/core/failure.ts'

// What a model host and the main thread say to each other. Both sides are exposed by Comlink over one channel: the thread's message port,
// or the IPC channel of a process, over which neither functions nor ports can be sent.

/** What the main thread asks of a host. Nothing here is rejected: failures travel as data, so that code, cause and stack survive. */
export interface HostApi {
  /** Opens the model, unless it is open. */
  load(id: string, model: ModelSpec): Promise<Reply<OpenModel>>
  /** Opens the model first where that is needed. Deltas go to the listener under the same id. */
  generate(id: string, model: ModelSpec, request: Prompt): Promise<Reply<Written>>
  embed(id: string, model: ModelSpec, texts: readonly string[]): Promise<Reply<Embedded>>
  /** Ends a call early: its reply is a failure `CANCELLED`. An id that is not under way is ignored. */
  cancel(id: string): void
  /** Cancels everything, waits for it, gives all memory back, and ends the thread or the process. */
  close(): Promise<void>
}

/** What a host tells while a call is on its way. */
export interface HostListener {
  /** The first token is there, whether it can be seen or not. */
  begun(id: string): void
  delta(id: string, delta: TextDelta): void
}

/** What a thread is started with. A process is started with nothing. */
export interface HostThread {
  /** Becomes 1 when everything is given back and the thread may be ended. */
  readonly ended: Int32Array<SharedArrayBuffer>
}

/** How a model is to be opened. Two that are equal share one. */
export interface ModelSpec {
  readonly path: string
  /** How many calls at the same time: contexts on a processor, sequences on a GPU. Default there 8. */
  readonly contexts?: number
  /** How many there are on a processor where nothing else is said. */
  readonly usualContexts: number
  /** In tokens, for each of them. Default: see `contextSizeOf`. */
  readonly contextSize?: number
  /** For each call, on a processor. */
  readonly threads: number
  readonly gpu: Gpu
  /** Closed when nobody has used it for so long. Default: never. */
  readonly idleTimeoutMs?: number
}

export type Gpu = 'auto' | 'cuda' | 'metal' | 'vulkan' | false

export interface OpenModel {
  /** What the file is for: one that embeds is trained for nothing else. */
  readonly use: ModelUse
  readonly contexts: number
  readonly contextSize: number
  /** Length of its vectors. */
  readonly dimensions: number
  readonly gpu: Exclude<Gpu, 'auto'>
}

export type ModelUse = 'generate' | 'embed'

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: FailureRecord; readonly used?: TokenCount }

export interface TokenCount {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
}

export interface Prompt {
  /** Ends with the user, or with the results of the assistant's calls. */
  readonly turns: readonly Turn[]
  readonly maxTokens: number
  /** 0 takes the likeliest token always. */
  readonly temperature?: number
  readonly seed: number
  readonly stop: readonly string[]
  readonly jsonSchema?: Readonly<Record<string, unknown>>
  readonly tools: readonly Tool[]
  /** Whether the listener is told each delta: a message for each token costs both sides time. */
  readonly stream: boolean
  /** Whether what the context holds of an earlier prompt may be taken over. */
  readonly reuse: boolean
}

export type Turn =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly parts: readonly (string | AnsweredCall)[] }

/** A tool call of the past with what came of it. */
export interface AnsweredCall {
  readonly name: string
  readonly input: unknown
  readonly result: string
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
}

export type TextDelta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly index: number; readonly name: string; readonly inputText: string }

export interface Written {
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly input: unknown }[]
  readonly stopReason: 'end' | 'max-tokens' | 'stop-sequence' | 'tool-calls'
  readonly used: TokenCount
}

export interface Embedded {
  readonly vectors: readonly Float32Array[]
  readonly used: TokenCount
}
