import type { PullProgress } from '../web/pull/pull.ts'
import { seconds } from './summary.ts'
import { size } from './units.ts'

/** The rate is that of so long a time, in milliseconds: it follows a connection, and does not jump with every piece. */
const windowMs = 5_000

/** What one pull looks like: `qwen3-0.6b: 42 % of 609.8 MB, 12.3 MB/s, about 28.50 s left`. */
export class PullMeter {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = []
  #phase: PullProgress['phase'] | undefined

  /** @param at in milliseconds */
  line({ name, phase, doneBytes, totalBytes }: PullProgress, at: number): string {
    if (phase !== this.#phase) this.#samples.length = 0
    this.#phase = phase
    const bytesPerMs = this.#rate(doneBytes, at)
    const done =
      totalBytes === null ? size(doneBytes) : `${Math.floor((100 * doneBytes) / totalBytes)} % of ${size(totalBytes)}`
    if (phase === 'verify') return `${name}: checking, ${done}`
    return [
      `${name}: ${done}`,
      ...(bytesPerMs > 0 ? [`${size(bytesPerMs * 1_000)}/s`] : []),
      ...(bytesPerMs > 0 && totalBytes !== null && doneBytes < totalBytes
        ? [`about ${seconds((totalBytes - doneBytes) / bytesPerMs)} left`]
        : []),
    ].join(', ')
  }

  #rate(bytes: number, at: number): number {
    // What a server without ranges sends begins at nothing again.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples.length = 0
    this.#samples.push({ at, bytes })
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > windowMs) this.#samples.shift()
    const first = this.#samples[0]!
    return at > first.at ? (bytes - first.bytes) / (at - first.at) : 0
  }
}
