import type { Policy, Quorum } from '../../../core/policy.ts'

export function isQuorum(policy: Policy): policy is Quorum {
  return typeof policy === 'object' && policy.kind === 'quorum'
}

/** Of a quorum, what earlier lives of the run have left. */
export function policyLeft(policy: Policy, done: number): Policy {
  return isQuorum(policy) ? { ...policy, count: Math.max(1, policy.count - done) } : policy
}
