import { Failure } from '../../core/failure.ts'
import { noUsage } from '../../core/usage.ts'
import { type Header, noFailures } from '../../execute/settled.ts'
import type { NodeRun } from './node-run.ts'

/** What the outcome says of a task that never began. */
export function neverBegan({ terms, node }: NodeRun): Header<unknown> {
  const { idPrefix, name } = terms
  const { index } = node
  return {
    id: idPrefix + index,
    name,
    index,
    input: undefined,
    attempts: 0,
    retried: noFailures,
    queuedMs: 0,
    runMs: 0,
    usage: noUsage,
  }
}

/** Why a task is skipped: a need of it gave no value. The causes hang on each other, down to the failure that began it. */
export function needFailed(need: NodeRun): Failure {
  const outcome = need.outcome!
  const { name } = need.node
  const options = (cause: Failure): object => ({ cause, details: { need: name } })
  if (outcome.status === 'failed') {
    const { failure } = outcome
    return new Failure(
      'NEED_FAILED',
      `needs ${name}, which failed: ${failure.code}: ${failure.message}`,
      options(failure),
    )
  }
  if (outcome.status === 'skipped') {
    const { cause } = outcome
    return new Failure('NEED_FAILED', `needs ${name}, which was skipped: ${cause.message}`, options(cause))
  }
  const reason = outcome.status === 'cancelled' ? outcome.reason : 'it gave no value'
  return new Failure('NEED_FAILED', `needs ${name}, which was cancelled: ${reason}`, { details: { need: name } })
}

/** The values of the needs by their keys; undefined for an optional one without. */
export function valuesOf(run: NodeRun, runOf: (node: NodeRun['node']) => NodeRun): Record<string, unknown> {
  const { needs } = run.node.handle
  // Names are as many as there are tasks: an object without a prototype is a dictionary from the start, which is cheaper then.
  const values: Record<string, unknown> = typeof needs[0]?.of === 'string' ? Object.create(null) : {}
  for (const { node, as } of run.node.needs) {
    const { outcome } = runOf(node)
    const value = outcome?.status === 'done' ? outcome.value : undefined
    put(values, as, value)
  }
  return values
}

/** Sets a property of the record's own, whatever its name: it may be that of something every object has. */
export function put<T>(record: Record<string, T>, name: string, value: T): void {
  if (name in record)
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true })
  else record[name] = value
}

/** Whether a task can be without the value of one that it needs. */
export function isOptional({ needs }: NodeRun['node'], need: NodeRun['node']): boolean {
  return needs.find(({ node }) => node === need)!.optional
}
