import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { maxTimerMs } from '../../core/clock.ts'
import type { RetryOptions } from '../../core/run.ts'
import { textOfItem } from '../template/item-text.ts'
import type { ItemView } from '../template/item-view.ts'
import type { Path, StepSite } from './kind.ts'
import type { EachStep, OnInterrupted } from './step.ts'

export const count: v.GenericSchema<unknown, number> = v.pipe(v.number(), v.integer(), v.minValue(1))
export const words: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.minLength(1))
export const share: v.GenericSchema<unknown, number> = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
export const timeMs: v.GenericSchema<unknown, number> = v.pipe(v.number(), v.gtValue(0), v.maxValue(maxTimerMs))
const notNegative = v.pipe(v.number(), v.minValue(0))

/** What can be said of every step that works. */
export interface WorkingOptions {
  readonly as?: string
  readonly timeoutMs?: number
  readonly retry?: RetryOptions
  readonly concurrency?: number
  readonly effects?: boolean
  readonly onInterrupted?: OnInterrupted
}

/** Letters that a template takes for a name and a journal for a word; and no name that an object takes for its prototype. */
export const stepName: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(/^(?!__proto__$)[A-Za-z_][\w-]{0,63}$/),
)

export const workingEntries: Readonly<Record<keyof WorkingOptions, v.GenericSchema>> = {
  as: v.optional(stepName),
  timeoutMs: v.optional(timeMs),
  retry: v.optional(
    v.strictObject({
      maxAttempts: v.optional(count),
      baseDelayMs: v.optional(notNegative),
      factor: v.optional(v.pipe(v.number(), v.minValue(1))),
      maxDelayMs: v.optional(notNegative),
      maxRetryAfterMs: v.optional(notNegative),
      maxElapsedMs: v.optional(timeMs),
    }),
  ),
  concurrency: v.optional(count),
  effects: v.optional(v.boolean()),
  onInterrupted: v.optional(v.picklist(['rerun', 'fail', 'ask'])),
}

type Worked = Pick<
  EachStep,
  'name' | 'timeoutMs' | 'totalTimeoutMs' | 'retry' | 'concurrency' | 'effects' | 'onInterrupted'
>

/** What a step has of its common options. What was begun and has no result is done again, unless it changes something outside. */
export function working(site: StepSite, options: WorkingOptions, defaults: Partial<Worked> = {}): Worked {
  const { timeoutMs, retry, concurrency, effects = false } = options
  return {
    ...defaults,
    name: site.name,
    effects,
    onInterrupted: options.onInterrupted ?? (effects ? 'fail' : 'rerun'),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(retry === undefined ? {} : { retry }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

/**
 * What makes the results of a step what they are, in short: equal for equal parts.
 *
 * @param code raised when weft's own part of the step gives other results for the same
 * @param parts JSON data; what is undefined counts as left out
 */
export function versionOf(kind: string, code: number, parts: object): string {
  return `${kind}/${code}-${hashOf(sorted(parts))}`
}

/** 22 characters of base64url. */
export function hashOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/** The order in which somebody wrote the keys of an object changes nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, one]) => [name, sorted(one)] as const)
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The text that a step works on: by its own template, or what the item says. */
export function textFor(
  site: StepSite,
  text: string | undefined,
  path: Path,
): { readonly uses: readonly string[]; of(item: ItemView): string } {
  if (text !== undefined) {
    const template = site.template(text, 'text', path)
    return { uses: template.uses, of: (item) => template.render(item) }
  }
  const { names } = site
  return { uses: names.text === undefined ? [] : [names.text], of: (item) => textOfItem(item, names) }
}
