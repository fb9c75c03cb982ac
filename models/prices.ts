import type { LaneMode } from '../src/core/resource.ts'
import catalogue from './catalogue.json' with { type: 'json' }

/** What a model costs, in US dollars for a million tokens. */
export interface Rates {
  readonly input: number
  readonly output: number
  /** Tokens that are put into the cache for five minutes. Default: 1.25 of `input`. */
  readonly cacheWrite?: number
  /** Tokens that are put into the cache for an hour. Default: twice `input`. */
  readonly cacheWriteHour?: number
  /** Tokens that come from the cache. Default: a tenth of `input`. */
  readonly cacheRead?: number
}

export interface Price extends Rates {
  /** What all tokens of a request cost whose input, cached or not, is longer than this. */
  readonly long?: Rates & { readonly aboveInputTokens: number }
}

/** Tokens as a provider bills them: each is in one of these. */
export interface BilledTokens {
  /** Neither read from the cache nor put there. */
  readonly input: number
  readonly output: number
  readonly cacheWrite: number
  readonly cacheWriteHour: number
  readonly cacheRead: number
}

/** The table that weft ships, with the day on which it was right and where it is from. */
export const prices: {
  readonly asOf: string
  readonly source: string
  readonly usdPerMillionTokens: Readonly<Record<string, Price>>
  /** What part of it a request costs that is sent in a batch. */
  readonly batch: { readonly asOf: string; readonly source: string; readonly factor: number }
} = catalogue.prices

/**
 * The price of a model, by its name or by that without the date that it ends in (`claude-haiku-4-5-20251001`).
 *
 * @param own what the caller says, which wins over the table
 * @returns undefined for a model that is not in either
 */
export function priceOf(model: string, own: Readonly<Record<string, Price>> = {}): Price | undefined {
  const undated = model.replace(/-\d{8}$/, '')
  const table = prices.usdPerMillionTokens
  for (const [known, name] of [
    [own, model],
    [own, undated],
    [table, model],
    [table, undated],
  ] as const) {
    if (Object.hasOwn(known, name)) return known[name]
  }
  return undefined
}

/** What a model costs on a lane of this mode: of a batch all tokens cost less, those of the cache too. */
export function priceIn(mode: LaneMode, price: Price): Price {
  if (mode === 'direct') return price
  const { long, ...rates } = price
  const { factor } = prices.batch
  const less = <R extends object>(amounts: R): R =>
    Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * factor])) as R
  if (long === undefined) return less(rates)
  const { aboveInputTokens, ...longRates } = long
  return { ...less(rates), long: { ...less(longRates), aboveInputTokens } }
}

/** In US dollars. */
export function costOf(tokens: BilledTokens, price: Price): number {
  const inputTokens = tokens.input + tokens.cacheWrite + tokens.cacheWriteHour + tokens.cacheRead
  const { long } = price
  const rates = long !== undefined && inputTokens > long.aboveInputTokens ? long : price
  const millionths =
    tokens.input * rates.input +
    tokens.output * rates.output +
    tokens.cacheWrite * (rates.cacheWrite ?? rates.input * 1.25) +
    tokens.cacheWriteHour * (rates.cacheWriteHour ?? rates.input * 2) +
    tokens.cacheRead * (rates.cacheRead ?? rates.input / 10)
  return millionths / 1e6
}
