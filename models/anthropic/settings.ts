import type { Price } from '../prices.ts'

/** What a model was made with, checked, defaults filled in; without what is secret. */
export interface Settings {
  readonly model: string
  readonly maxTokens: number
  readonly cacheTtl: '5m' | '1h'
  readonly thinking: 'adaptive' | 'disabled' | undefined
  readonly effort: 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined
  readonly firstTokenTimeoutMs: number | undefined
  readonly prices: Readonly<Record<string, Price>>
}
