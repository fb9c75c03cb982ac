import type { LaneMode } from '../src/core/resource.ts'
import type { StandardSchema } from '../src/core/standard-schema.ts'
import type { TaskContext } from '../src/core/task.ts'
import type { Usage } from '../src/core/usage.ts'

/**
 * A model, of whatever provider: an inert description, bound to no runtime. It says which lane its calls run on, and it neither retries nor
 * waits nor limits: that is the lane's. Its methods are for whoever implements a step; programs use the tasks that are made of it,
 * `generate(model)`, `summarise(model)`, `embed(model)`, which run on its lane.
 */
export interface Model {
  /** Unique: `anthropic/claude-haiku-4-5`, `llama/qwen3-0.6b`, `extractive`. */
  readonly name: string
  readonly lane: string
  /**
   * Whether a call may be answered at all, as far as that shows before one.
   *
   * @throws Failure `AUTH_FAILED` where there is no key, `INVALID_OPTION`
   */
  ready?(): void
}

/** Writes text. */
export interface Generator extends Model {
  /** Most tokens of a request and its answer together, where that is known before the first call. */
  readonly contextTokens?: number
  /**
   * One answer; deltas go to `request.onDelta` as they come. What it used is told to `context.addUsage`, whether it succeeds or not.
   *
   * @throws Failure with a `kind`: `RATE_LIMITED`, `OVERLOADED`, `SPENDING_CAP`, `AUTH_FAILED`, `REQUEST_REFUSED`, `CONTENT_REFUSED`,
   *   `CONNECT_FAILED`, `CONNECTION_LOST`, `FIRST_TOKEN_TIMEOUT`, `MODEL_LOST`; the signal's reason
   */
  generate(request: GenerateRequest, context: ModelContext): Promise<Generation>
  /**
   * What a request is expected to use, by a cheap local count.
   *
   * @param mode of the lane that it runs on. Default `direct`
   */
  estimate(request: GenerateRequest, mode?: LaneMode): Partial<Usage>
}

/** Turns texts into vectors. */
export interface Embedder extends Model {
  /** Length of its vectors, once known. */
  readonly dimensions?: number
  /** A vector of length 1 for each text, in their order. A text without any content gives a vector of zeros. */
  embed(texts: readonly string[], context: ModelContext): Promise<Float32Array[]>
  estimate(texts: readonly string[]): Partial<Usage>
}

/** Shortens texts by itself, without being asked in words. */
export interface Summariser extends Model {
  summarise(request: SummariseRequest, context: ModelContext): Promise<Summary>
}

/** What a model is given of the attempt that it works for. */
export type ModelContext = Pick<
  TaskContext,
  'id' | 'attempt' | 'signal' | 'addUsage' | 'call' | 'report' | 'open' | 'waitFor'
>

export interface GenerateRequest {
  readonly system?: string
  /** The last is of the user. */
  readonly messages: readonly Message[]
  /** Most tokens to write. Default 4 096. */
  readonly maxTokens?: number
  /** Default: the model's. */
  readonly temperature?: number
  /** Same request, same seed, same answer, where the provider can do that. */
  readonly seed?: number
  /** Ends the answer, and is not part of it. */
  readonly stop?: readonly string[]
  /** The answer is JSON that this describes; a provider that can enforces it, and says so in `Generation.json`. */
  readonly jsonSchema?: JsonSchema
  readonly tools?: readonly ToolSpecification[]
  /** Others share all of this but the last message: the provider is asked to keep it. Default false. */
  readonly cache?: boolean
  /** How long the first token may take, in milliseconds. Default: the attempt's limit. */
  readonly firstTokenTimeoutMs?: number
  /** Called as the answer comes, on the event loop. A new attempt begins from the start. */
  readonly onDelta?: (delta: Delta) => void
}

export type Message =
  | { readonly role: 'user'; readonly content: string | readonly (TextPart | ToolResult)[] }
  | { readonly role: 'assistant'; readonly content: string | readonly (TextPart | ToolCall)[] }

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

export interface ToolCall {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  /** As the model wrote it: not checked against the tool's schema. */
  readonly input: unknown
}

export interface ToolResult {
  readonly type: 'tool-result'
  /** Of the tool call. */
  readonly id: string
  readonly content: string
  readonly isError?: boolean
}

export interface ToolSpecification {
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonSchema
}

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

export type Delta =
  | { readonly type: 'text'; readonly text: string }
  /** A part of the JSON of a tool call's input. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly inputText: string }

/** What a model wrote. */
export interface Generation<T = unknown> {
  readonly text: string
  /** With a schema: the value it describes, checked. */
  readonly json?: T
  readonly toolCalls: readonly ToolCall[]
  readonly usage: ModelUsage
  readonly stopReason: StopReason
  /** As the provider names it. */
  readonly model: string
}

/** One whose answer was checked against a schema. */
export type Structured<T> = Generation<T> & { readonly json: T }

export type StopReason = 'end' | 'max-tokens' | 'stop-sequence' | 'tool-calls'

export type ModelUsage = Omit<Usage, 'bytes'>

export interface SummariseRequest {
  /** Markdown or plain. */
  readonly text: string
  /** About how many sentences. Default 3. */
  readonly sentences?: number
  /** BCP 47. Default: unknown. */
  readonly language?: string
}

export interface Summary {
  /** Empty for a text that says nothing. */
  readonly text: string
  /** Of a model that counts tokens. */
  readonly usage?: ModelUsage
}

/** A schema that can also describe itself to a model: https://standardschema.dev/json-schema. zod 4.2 and ArkType 2.1 do. */
export interface DescribedSchema<T> extends StandardSchema<T> {
  readonly '~standard': StandardSchema<T>['~standard'] & {
    readonly jsonSchema?: { input(options: { readonly target: string }): Record<string, unknown> } | undefined
  }
}
