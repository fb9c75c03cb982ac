import type { Usage } from '../../../core/usage.ts'
import { seconds } from '../../summary.ts'
import { size } from '../../units.ts'

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `1,234,567` */
export function count(value: number): string {
  return grouped.format(value)
}

/** `0.42/s`, `41.2/s`, `1,240/s` */
export function rate(perSecond: number): string {
  if (perSecond >= 100) return `${count(perSecond)}/s`
  return `${perSecond.toFixed(perSecond < 1 ? 2 : 1)}/s`
}

/** Dollars, with as many digits as small amounts need: `0.0042 USD`, `12.30 USD`. */
export function dollars(value: number): string {
  if (value > 0 && value < 0.0001) return 'under 0.0001 USD'
  return `${value.toFixed(value === 0 || value >= 1 ? 2 : 4)} USD`
}

/** A length of time for people who wait, roughly: `8 s`, `3 min`, `2 h 5 min`, `1 d 4 h`. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1_000))
  if (total < 1) return 'under 1 s'
  if (total < 120) return `${total} s`
  const minutes = Math.round(total / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A length of time that was worked out: exact as long as anybody may want to compare it, `98 ms`, `4.21 s`, `2 h 5 min`. */
export function computed(ms: number): string {
  return ms < 120_000 ? seconds(ms) : duration(ms)
}

/** What was used, the parts that are nothing left out: `1,204 tokens in, 310 out, 0.0042 USD, 1.2 MB read`. */
export function usageText(usage: Usage): string | undefined {
  const { inputTokens, outputTokens, cachedInputTokens, costUsd, bytes } = usage
  const cached = cachedInputTokens > 0 ? ` (${count(cachedInputTokens)} from the cache)` : ''
  const parts = [
    ...(inputTokens + outputTokens > 0 ? [`${count(inputTokens)} tokens in${cached}, ${count(outputTokens)} out`] : []),
    ...(costUsd > 0 ? [dollars(costUsd)] : []),
    ...(bytes > 0 ? [`${size(bytes)} read`] : []),
  ]
  return parts.length === 0 ? undefined : parts.join(', ')
}

/** What is left of a budget by its limits' names: `1.16 USD, 20,000 tokens left`. */
export function budgetText(left: Readonly<Record<string, number>>): string | undefined {
  const parts = Object.entries(left).map(([limit, amount]) => {
    if (limit === 'costUsd') return dollars(Math.max(0, amount))
    if (limit === 'wallMs') return seconds(Math.max(0, amount))
    return `${count(Math.max(0, amount))} ${limit}`
  })
  return parts.length === 0 ? undefined : `budget left: ${parts.join(', ')}`
}
