import type * as v from 'valibot'
import { promptEntries } from '../../../models/steps/prompted.ts'
import type { LaneTask } from '../../core/task.ts'
import type { Usage } from '../../core/usage.ts'
import type { StepSite } from './kind.ts'
import { model, type With } from './models.ts'
import type { EachStep } from './step.ts'
import { type WorkingOptions, workingEntries } from './working.ts'

/** What can be said of every step that asks a model in words. Defaults are the model's. */
export interface PromptStepOptions extends WorkingOptions {
  readonly with: With
  readonly maxTokens?: number
  readonly temperature?: number
  readonly seed?: number
  readonly firstTokenTimeoutMs?: number
  readonly cache?: boolean
}

const { onDelta, ...asked } = promptEntries

export const promptStepEntries: Readonly<Record<keyof PromptStepOptions, v.GenericSchema>> = {
  ...workingEntries,
  ...asked,
  with: model,
}

/** What of the options goes into requests, and into the step's version: waiting and caching change no answer. */
export function requestSaid(options: PromptStepOptions): {
  readonly request: Readonly<Record<string, unknown>>
  readonly version: Readonly<Record<string, unknown>>
} {
  const request = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name in asked && value !== undefined),
  )
  const { cache, firstTokenTimeoutMs, ...version } = request
  return { request, version }
}

/** What one attempt is expected to use, as the model's own task has it. */
export function estimating(task: LaneTask<never, unknown>, site: StepSite): Pick<EachStep, 'estimate'> {
  const estimate = task.defaults?.estimate
  if (typeof estimate !== 'function') return {}
  const mode = site.modeOf(task.lane)
  return { estimate: (input): Partial<Usage> => estimate(input as never, mode) }
}

/** An answer as long as the model's own estimate has it: a text, or an object that has it divided among its fields. */
export function exampleAnswer(
  task: LaneTask<never, unknown>,
  site: StepSite,
  given: unknown,
  fields: readonly string[] | undefined,
): unknown {
  const tokens = estimating(task, site).estimate?.(given).outputTokens ?? 200
  if (fields === undefined || fields.length === 0) return 'word '.repeat(tokens / 1.5)
  return Object.fromEntries(fields.map((name) => [name, 'word '.repeat(tokens / fields.length / 1.5)]))
}
