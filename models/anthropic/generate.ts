import { maxTimerMs } from '../../src/core/clock.ts'
import { Failure } from '../../src/core/failure.ts'
import type { LaneMode, Resource } from '../../src/core/resource.ts'
import type { GenerateRequest, Generation, ModelContext } from '../model.ts'
import type { Price } from '../prices.ts'
import { Answer, stopReasonOf } from './answer.ts'
import type { Params } from './batches/entry.ts'
import type { BatchQueue } from './batches/queue.ts'
import { eventsOf } from './batches/result.ts'
import type { ClaudeClient } from './client.ts'
import type { Ahead } from './prefixes.ts'
import { type Body, bodyOf, prefixKey } from './request.ts'
import { inWords } from './schema.ts'
import type { Settings } from './settings.ts'

export interface ModelParts {
  readonly resource: Resource<ClaudeClient>
  readonly settings: Settings
  /** On a lane of this mode. */
  readonly priceIn: (mode: LaneMode) => Price | undefined
}

/** One answer: the request in the API's words, its turn where others share its prefix, its events as they come. */
export async function generateWith(
  { resource, settings, priceIn }: ModelParts,
  request: GenerateRequest,
  context: ModelContext,
): Promise<Generation> {
  const { signal } = context
  signal.throwIfAborted()
  const client = await context.open(resource)
  await client.batches?.enter()
  const { jsonSchema } = request
  const schema = jsonSchema && client.schema(jsonSchema)
  const asked = jsonSchema !== undefined && schema === undefined ? inWords(request, jsonSchema) : request
  const body = bodyOf(asked, settings, schema)
  const isEnforced = schema !== undefined
  if (client.batches !== undefined) {
    const wish = { context, onDelta: request.onDelta, price: priceIn('batch'), isEnforced }
    // No await: what was asked is not to be kept for hours by those who wait.
    return inBatch(client.batches, body, client, wish)
  }
  const price = priceIn('direct')
  const key = request.cache ? prefixKey(body) : undefined
  const ahead =
    key === undefined ? undefined : await client.prefixes.enter(key, signal, (promise) => context.waitFor(promise))
  const answer = new Answer()
  try {
    const limitMs = request.firstTokenTimeoutMs ?? settings.firstTokenTimeoutMs
    await read(client, body, answer, { context, request, ahead, limitMs })
  } finally {
    ahead?.ended()
    const usage = answer.usage(price)
    if (usage !== undefined) context.addUsage(usage)
  }
  return generationOf(answer, client, price, isEnforced)
}

interface Wish {
  readonly context: ModelContext
  readonly onDelta: GenerateRequest['onDelta']
  readonly price: Price | undefined
  readonly isEnforced: boolean
}

/** The same answer, in hours and at another price. It waits without a slot, and without a limit on its time. */
function inBatch(
  batches: BatchQueue,
  body: Body,
  client: ClaudeClient,
  { context, onDelta, price, isEnforced }: Wish,
): Promise<Generation> {
  return context.waitFor(batches.ask(batchParams(body), context.signal)).then(({ message, isFirst }) => {
    const answer = new Answer()
    for (const event of eventsOf(message)) {
      const { delta } = answer.add(event)
      if (delta !== undefined) onDelta?.(delta)
    }
    const usage = answer.usage(price)
    if (usage !== undefined && isFirst) context.addUsage(usage)
    return generationOf(answer, client, price, isEnforced)
  })
}

/** A request of a batch is no stream. */
function batchParams({ stream: _, ...params }: Body): Params {
  const { messages, ...shared } = params
  const json = Buffer.from(JSON.stringify(params))
  return { json, keptBytes: json.byteLength - Buffer.byteLength(JSON.stringify(shared)) }
}

interface Reading {
  readonly context: ModelContext
  readonly request: GenerateRequest
  readonly ahead: Ahead | undefined
  /** For the first token. */
  readonly limitMs: number | undefined
}

async function read(
  client: ClaudeClient,
  body: Body,
  answer: Answer,
  { context, request, ahead, limitMs }: Reading,
): Promise<void> {
  const late = new AbortController()
  const signal = limitMs === undefined ? context.signal : AbortSignal.any([context.signal, late.signal])
  const sentAt = performance.now()
  const timer =
    limitMs === undefined ? undefined : setTimeout(() => late.abort(tooLate(limitMs)), Math.min(limitMs, maxTimerMs))
  try {
    let isFirst = true
    const events = client.stream(body, signal, (limits) => {
      if (limits !== undefined) context.report({ limits })
    })
    for await (const event of events) {
      const { delta, isToken } = answer.add(event)
      if (isToken && isFirst) {
        isFirst = false
        clearTimeout(timer)
        context.report({ firstTokenMs: performance.now() - sentAt })
        ahead?.arrived()
      }
      if (delta !== undefined) request.onDelta?.(delta)
    }
  } finally {
    clearTimeout(timer)
  }
}

function generationOf(answer: Answer, client: ClaudeClient, price: Price | undefined, isEnforced: boolean): Generation {
  if (answer.stopReason === 'refusal') throw contentRefused(answer, client)
  const stopReason = stopReasonOf(answer.stopReason)
  const json = isEnforced && stopReason === 'end' ? parsed(answer.text) : undefined
  return {
    text: answer.text,
    ...(json === undefined ? {} : { json }),
    toolCalls: answer.toolCalls,
    usage: answer.usage(price) ?? { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0 },
    stopReason,
    model: client.redact(answer.model),
  }
}

function tooLate(limitMs: number): Failure {
  return new Failure('FIRST_TOKEN_TIMEOUT', `no token came within firstTokenTimeoutMs, which is ${limitMs} ms`, {
    kind: 'timeout',
    retryable: true,
    details: { limitMs },
  })
}

function contentRefused({ refusal }: Answer, client: ClaudeClient): Failure {
  const why = refusal?.explanation ? `: ${client.redact(refusal.explanation).slice(0, 500)}` : ''
  const category = refusal?.category ? ` (${client.redact(refusal.category)})` : ''
  return new Failure('CONTENT_REFUSED', `the model refused to answer${category}${why}`, {
    kind: 'content',
    ...(refusal?.category ? { details: { category: client.redact(refusal.category) } } : {}),
  })
}

/** What the API has enforced is JSON; what a compatible server sends may be none, which whoever checks it will find. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
