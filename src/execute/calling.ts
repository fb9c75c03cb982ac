import type { Failure } from '../core/failure.ts'
import { failureOf, type Outcome } from '../core/outcome.ts'
import type { Usage } from '../core/usage.ts'
import type { CallRequest, OwnedTask, Owner } from './terms.ts'
import type { Ties } from './ties.ts'

/** The attempt that calls, as its call sees it. It waits without its lease. */
export interface Calling {
  readonly host: OwnedTask & {
    readonly owner: Pick<Owner<never, never>, 'call'>
    countWorker(change: 1 | -1): void
    addForeignUsage(usage: Usage): void
  }
  readonly ties: Ties
  /** Why it is over, if it is. */
  over(): Failure | undefined
  /** Hands over what came of the call once the attempt holds its lease again. */
  deliver(delivery: () => void): void
}

/** A task on a lane of its own that an attempt starts and waits for: its value, or what it failed with. */
export function startCall<I, O>(
  { host, ties, over, deliver }: Calling,
  request: Omit<CallRequest<I, O>, 'caller'>,
): Promise<O> {
  const { promise, resolve, reject } = Promise.withResolvers<O>()
  let counted = false
  let isOn = true
  const count = (isCounted: boolean): void => {
    if (counted === isCounted || !isOn) return
    counted = isCounted
    ties.count(request.task, isCounted ? 1 : -1)
    host.countWorker(isCounted ? 1 : -1)
  }
  const settled = (call: OwnedTask, outcome: Outcome<O, I>): void => {
    count(false)
    isOn = false
    ties.callEnded(call)
    host.addForeignUsage(outcome.usage)
    deliver(() => {
      if (outcome.status === 'done') resolve(outcome.value)
      else reject(over() ?? failureOf(outcome))
    })
  }
  try {
    const caller = { started: () => count(true), refused: () => count(false), settled }
    const call = host.owner.call(host, { ...request, caller })
    // A lane task may have its end before its caller hears of it.
    if (isOn) ties.called(call)
  } catch (thrown) {
    // Without its lease it would go on, and without its limits.
    deliver(() => reject(thrown))
  }
  return promise
}
