import * as v from 'valibot'
import { maxTimerMs } from '../src/core/clock.ts'
import { parseOptions } from '../src/core/options.ts'
import { type Access, accessOf, checkAccess } from './anthropic/access.ts'
import { clientResource } from './anthropic/client.ts'
import { estimateUsage } from './anthropic/estimate.ts'
import { generateWith } from './anthropic/generate.ts'
import type { Settings } from './anthropic/settings.ts'
import type { Generator } from './model.ts'
import { costOf, type Price, priceIn, priceOf } from './prices.ts'

export interface AnthropicOptions {
  /** Default `claude-haiku-5-5`. */
  readonly model?: string
  /** Default: ANTHROPIC_API_KEY, read when the first call is made. It is in nothing that can be printed. */
  readonly apiKey?: string
  /** Of any API that speaks as Claude's does, with the path before `/v1/messages`. Default: ANTHROPIC_BASE_URL, else Anthropic's. */
  readonly baseURL?: string
  /** Sent with each request: `anthropic-beta`, say, or `x-api-key` for a server that does not take the key as a bearer token. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default `anthropic`. */
  readonly lane?: string
  /** Most tokens of an answer, thinking included, where a request does not say. Default 4 096. */
  readonly maxTokens?: number
  /** How long a prefix that was marked by `cache: true` is kept after its last use. An hour costs more to write. Default `5m`. */
  readonly cacheTtl?: '5m' | '1h'
  /** Default: the model's own, which is `adaptive` from Claude 5 on. Not every model can do without. */
  readonly thinking?: 'adaptive' | 'disabled'
  /** Default: the model's own. */
  readonly effort?: 'low' | 'medium' | 'high' | 'xhigh' | 'max'
  /** Where a request does not say, in milliseconds. Default: the attempt's limit. */
  readonly firstTokenTimeoutMs?: number
  /** By name of model, in US dollars for a million tokens; wins over the table in models/catalogue.json. */
  readonly prices?: Readonly<Record<string, Price>>
}

const text = v.pipe(v.string(), v.minLength(1))
const rate = v.pipe(v.number(), v.minValue(0), v.finite())
const rates = {
  input: rate,
  output: rate,
  cacheWrite: v.optional(rate),
  cacheWriteHour: v.optional(rate),
  cacheRead: v.optional(rate),
}
const price = v.strictObject({ ...rates, long: v.optional(v.strictObject({ ...rates, aboveInputTokens: rate })) })
const options = v.strictObject({
  model: v.optional(v.pipe(text, v.regex(/^\S+$/)), 'claude-haiku-5-5'),
  lane: v.optional(text, 'anthropic'),
  maxTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 4096),
  cacheTtl: v.optional(v.picklist(['5m', '1h']), '5m'),
  thinking: v.optional(v.picklist(['adaptive', 'disabled'])),
  effort: v.optional(v.picklist(['low', 'medium', 'high', 'xhigh', 'max'])),
  firstTokenTimeoutMs: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(maxTimerMs))),
  prices: v.optional(v.record(v.string(), price), {}),
  // Known here, and checked where no message can quote them.
  apiKey: v.optional(v.unknown()),
  baseURL: v.optional(v.unknown()),
  headers: v.optional(v.unknown()),
})

/**
 * Claude, by the official SDK, or whatever speaks as it does: `generate(anthropic({ model: 'claude-sonnet-5-5' }))`. Answers are streamed,
 * without a limit on time but the attempt's. The SDK's own retries are off: that is the lane's work.
 *
 * With `cache: true` a request's tools, system prompt and all messages but the last are kept by the provider, and of many that share them
 * the first goes alone until its first token, half a minute at most, so that the rest are read from the cache.
 *
 * On a lane of mode `batch` requests are gathered, sent as Message Batches and answered within a day, at half the price: see `LaneLimits`. An
 * answer comes as a whole then, `cache` marks the prefix without making anybody wait, `firstTokenTimeoutMs` does not count, and requests that
 * are equal, and wait at the same time, are one.
 *
 * What a call cost is in its usage. For a model that has no price, in the table or in `prices`, it is 0, which a warning of the process
 * (`WEFT_NO_PRICE`) says once in each runtime.
 *
 * @throws Failure `INVALID_OPTION`. A key that is missing is a failure of the calls: `AUTH_FAILED`
 */
export function anthropic(given: AnthropicOptions = {}): Generator {
  const { lane, apiKey, baseURL, headers, ...rest } = parseOptions(options, given, 'anthropic')
  checkAccess({ apiKey, baseURL, headers })
  const settings: Settings = {
    ...rest,
    thinking: rest.thinking,
    effort: rest.effort,
    firstTokenTimeoutMs: rest.firstTokenTimeoutMs,
    prices: given.prices ?? {},
  }
  const { model, maxTokens } = settings
  const known = priceOf(model, settings.prices)
  const rates = known && { direct: known, batch: priceIn('batch', known) }
  const resource = clientResource(settings, given as Access, lane, known !== undefined)
  return {
    name: `anthropic/${model}`,
    lane,
    ready: () => void accessOf(given as Access),
    generate: (request, context) =>
      generateWith({ resource, settings, priceIn: (mode) => rates?.[mode] }, request, context),
    estimate: (request, mode = 'direct') => {
      const tokens = estimateUsage(request, request.maxTokens ?? maxTokens)
      const { inputTokens: input, outputTokens: output } = tokens
      const billed = { input, output, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 0 }
      return rates === undefined ? tokens : { ...tokens, costUsd: costOf(billed, rates[mode]) }
    },
  }
}
