import { Failure } from '../../src/core/failure.ts'

/** Ends a call whose first token does not come in time. */
export class FirstTokenLimit implements Disposable {
  /** Aborted with the call's own signal, or when the time is over. */
  readonly signal: AbortSignal
  readonly #timer: NodeJS.Timeout | undefined

  /** @param limitMs none: no limit */
  constructor(limitMs: number | undefined, signal: AbortSignal) {
    if (limitMs === undefined) {
      this.signal = signal
      return
    }
    const own = new AbortController()
    this.signal = AbortSignal.any([signal, own.signal])
    this.#timer = setTimeout(() => own.abort(tooLate(limitMs)), limitMs)
  }

  reached(): void {
    clearTimeout(this.#timer)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}

function tooLate(limitMs: number): Failure {
  return new Failure('FIRST_TOKEN_TIMEOUT', `the first token took longer than ${limitMs} ms`, {
    retryable: true,
    kind: 'timeout',
  })
}
