import type Anthropic from '@anthropic-ai/sdk'
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages'
import { maxTimerMs, systemClock } from '../../src/core/clock.ts'
import type { ProviderLimits } from '../../src/core/provider.ts'
import type { Resource, ResourceServices } from '../../src/core/resource.ts'
import type { JsonSchema } from '../model.ts'
import { type Access, accessOf } from './access.ts'
import { ClaudeBatches } from './batches/claude-batches.ts'
import type { BatchQueue } from './batches/queue.ts'
import { batchQueueOf } from './batches/queues.ts'
import { cutOff, disconnected, refused } from './failures.ts'
import { limitsOf } from './limits.ts'
import { Prefixes } from './prefixes.ts'
import type { Body } from './request.ts'
import { isEnforceable } from './schema.ts'
import { Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'

/** What the calls of one model share in a runtime: the SDK's client, and which prefixes are in the provider's cache. */
export function clientResource(
  settings: Settings,
  access: Access,
  lane: string,
  isPriced: boolean,
): Resource<ClaudeClient> {
  const name = `anthropic/${settings.model}`
  return {
    name,
    open: async (services) => {
      const client = await openClient(settings, access, lane, services)
      const message = `${name} has no price: what it costs counts as 0. See anthropic({ prices })`
      if (!isPriced) process.emitWarning(message, { code: 'WEFT_NO_PRICE' })
      return client
    },
  }
}

async function openClient(
  settings: Settings,
  access: Access,
  lane: string,
  services: ResourceServices,
): Promise<ClaudeClient> {
  const { apiKey, baseURL, headers } = accessOf(access)
  const [sdk, { transformJSONSchema }] = await Promise.all([
    import('@anthropic-ai/sdk'),
    import('@anthropic-ai/sdk/lib/transform-json-schema'),
  ])
  const client = new sdk.Anthropic({
    apiKey,
    authToken: null,
    ...(baseURL === undefined ? {} : { baseURL }),
    defaultHeaders: headers,
    fetch: services.fetch,
    // Whoever redirects would be told the key and the text.
    fetchOptions: { redirect: 'manual' },
    // Ours is the one retry loop, and attempts have their own limits.
    maxRetries: 0,
    timeout: maxTimerMs,
    // Debug lines of the SDK hold requests and answers.
    logLevel: 'off',
    openTelemetry: false,
  })
  const secrets = new Secrets([apiKey, ...Object.values(headers)])
  const ttlMs = settings.cacheTtl === '1h' ? 3_600_000 : 300_000
  const opened = new ClaudeClient({ client, sdk, transformJSONSchema, secrets, ttlMs })
  const control = services.lane(lane)
  if (control.mode === 'batch') {
    const whose = JSON.stringify([lane, client.baseURL, apiKey, Object.entries(headers).sort()])
    opened.batches = batchQueueOf(services, whose, () => ({
      api: new ClaudeBatches(client, (thrown, signal) => opened.failure(thrown, signal)),
      secrets,
      address: client.baseURL,
      lane: control,
      services,
    }))
  }
  return opened
}

interface Parts {
  readonly client: Anthropic
  readonly sdk: Pick<typeof Anthropic, 'APIError' | 'APIConnectionError'>
  readonly transformJSONSchema: (schema: Record<string, unknown>) => Record<string, unknown>
  readonly secrets: Secrets
  readonly ttlMs: number
}

/** The SDK's client. Everything that it throws leaves here as a Failure that does not hold the key. */
export class ClaudeClient implements AsyncDisposable {
  readonly #parts: Parts
  readonly #host: string
  readonly prefixes: Prefixes
  /** Where its lane sends in batches. */
  batches: BatchQueue | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#host = new URL(parts.client.baseURL).host
    this.prefixes = new Prefixes(parts.ttlMs, systemClock)
  }

  /**
   * The events of an answer. An answer that does not end with its last event fails.
   *
   * @param told the limits that its headers state, be it an answer or a refusal
   * @throws Failure see `Generator`; the signal's reason
   */
  async *stream(
    body: Body,
    signal: AbortSignal,
    told: (limits: ProviderLimits | undefined) => void,
  ): AsyncGenerator<RawMessageStreamEvent, void, undefined> {
    const { client, secrets } = this.#parts
    let isWhole = false
    let requestId: string | undefined
    try {
      const answer = await client.messages.create(body, { signal }).withResponse()
      requestId = secrets.redact(answer.request_id ?? '') || undefined
      told(limitsOf(answer.response.headers, Date.now()))
      for await (const event of answer.data) {
        if (event.type === 'message_stop') isWhole = true
        yield event
      }
    } catch (thrown) {
      throw this.failure(thrown, signal, told)
    }
    // A stream of the SDK that is aborted ends as if it were complete.
    signal.throwIfAborted()
    if (!isWhole) throw cutOff(this.#host, requestId)
  }

  /** A schema as the API takes it; undefined when it cannot hold an answer to it. */
  schema(jsonSchema: JsonSchema): Record<string, unknown> | undefined {
    return isEnforceable(jsonSchema) ? this.#parts.transformJSONSchema({ ...jsonSchema }) : undefined
  }

  /** Text of the other side, without what is secret. */
  redact(text: string): string {
    return this.#parts.secrets.redact(text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.batches?.[Symbol.asyncDispose]()
  }

  /** What leaves here for what the SDK threw. */
  failure(
    thrown: unknown,
    signal: AbortSignal,
    told: (limits: ProviderLimits | undefined) => void = () => {},
  ): unknown {
    if (signal.aborted) return signal.reason
    const { sdk, secrets } = this.#parts
    if (!(thrown instanceof sdk.APIError) || thrown instanceof sdk.APIConnectionError) {
      return disconnected(thrown, this.#host, secrets)
    }
    if (thrown.headers !== undefined && thrown.status !== undefined) told(limitsOf(thrown.headers, Date.now()))
    return refused(thrown, secrets)
  }
}
