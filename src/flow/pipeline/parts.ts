import type { FlatMapOptions, StepOptions } from '../../core/pipeline.ts'
import type { Task } from '../../core/task.ts'

/** One call of a builder's method, as it was written: not checked yet. */
export type Part =
  | { readonly kind: 'step'; readonly name: string; readonly task: AnyTask; readonly options: Options }
  | { readonly kind: 'flatMap'; readonly task: AnyTask; readonly options: Options }
  | { readonly kind: 'filter'; readonly keep: (value: unknown) => unknown }
  | { readonly kind: 'batch'; readonly size: number }
  | { readonly kind: 'collect' }
  | { readonly kind: 'reduce'; readonly fold: Fold; readonly initial: unknown }

type AnyTask = Task<unknown, unknown>

type Options = StepOptions<unknown> | FlatMapOptions<unknown> | undefined

export type Fold = (folded: unknown, value: unknown) => unknown
