import type { Outcome } from '../core/outcome.ts'

/** Inputs that are named for each cause; further ones are counted. */
const maxNamed = 5

interface Cause {
  count: number
  readonly named: string[]
}

/** What went wrong in a run, by cause. Its size depends on how many causes there are, not on how many items. */
export class FailureList {
  readonly #causes = new Map<string, Cause>()

  add(outcome: Outcome<unknown>, input: string): void {
    if (outcome.status === 'done' || outcome.status === 'cancelled') return
    const failure = outcome.status === 'failed' ? outcome.failure : outcome.cause
    const cause = this.#causes.get(failure.code) ?? { count: 0, named: [] }
    this.#causes.set(failure.code, cause)
    cause.count += 1
    if (cause.named.length < maxNamed) cause.named.push(namedBy(input, failure.message))
  }

  /** The most frequent cause first. */
  lines(): string[] {
    const causes = [...this.#causes].sort(([, one], [, other]) => other.count - one.count)
    return causes.flatMap(([code, { count, named }]) => [
      `  ${code}: ${count}`,
      ...named.map((line) => `    ${line}`),
      ...(count > named.length ? [`    … and ${count - named.length} more`] : []),
    ])
  }
}

function namedBy(input: string, message: string): string {
  return message.includes(input) ? message : `${input}: ${message}`
}
