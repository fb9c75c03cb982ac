import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { parseOptions } from '../../core/options.ts'
import type { BudgetOptions, RunOptions } from '../../core/run.ts'
import type { Scope } from './parts.ts'
import { policySchema, type RunPolicy } from './policy.ts'

export const count: v.GenericSchema<number> = v.pipe(v.number(), v.integer(), v.minValue(1))
export const positive: v.GenericSchema<number> = v.pipe(v.number(), v.gtValue(0))
export const notNegative: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0))

const entries = {
  name: v.optional(v.string()),
  concurrency: v.optional(count),
  policy: v.optional(policySchema, 'settle'),
  budget: v.optional(
    v.strictObject({
      tokens: v.optional(notNegative),
      costUsd: v.optional(notNegative),
      wallMs: v.optional(positive),
      tasks: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    }),
  ),
  signal: v.optional(v.instance(AbortSignal)),
}

/** What may be said of any run, for the schema of a pattern's own options. */
export const runEntries: Readonly<Record<keyof RunOptions, v.GenericSchema>> = entries

/** What a run as a whole is to keep to. */
export interface RunPlan {
  readonly name: string
  /** Most tasks at the same time, on all lanes together. */
  readonly concurrency: number
  readonly policy: RunPolicy
  readonly budget: BudgetOptions | undefined
  readonly signal: AbortSignal | undefined
  /** Why it cannot be done at all: the run breaks with it as soon as it starts. */
  readonly refusal: Failure | undefined
}

/** The part of checked options that a run is about. */
export function runPlan(options: RunOptions, name: string): RunPlan {
  return {
    name: options.name ?? name,
    concurrency: options.concurrency ?? Number.POSITIVE_INFINITY,
    policy: options.policy ?? 'settle',
    budget: options.budget,
    signal: options.signal,
    refusal: undefined,
  }
}

/** Options that say nothing of tasks. */
export function parseRunOptions(options: unknown, what: string): RunOptions {
  return parseOptions(v.strictObject(entries), options, what) as RunOptions
}

/**
 * What `plan` makes of the caller's options, or what stands for it when it throws: misuse makes a run that breaks at its start, so that
 * it rejects like a promise does and never throws.
 *
 * @param what the pattern, as the caller wrote it
 */
export function planned<T>(scope: Scope, what: string, plan: () => T, refused: (plan: RunPlan) => T): T {
  try {
    const refusal = refusalOf(scope, what)
    if (refusal !== undefined) throw refusal
    return plan()
  } catch (thrown) {
    return refused({ ...runPlan({}, what), refusal: Failure.from(thrown) })
  }
}

/** Why no run can be started in this scope any more. A stream may have been made while it still could. */
export function refusalOf({ parts, parent }: Scope, what: string): Failure | undefined {
  if (!parts.isClosed()) return parent?.attempt.over
  return new Failure('RUNTIME_CLOSED', `${what}: the runtime is closed: create another one`)
}
