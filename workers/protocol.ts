import type { FailureRecord } from '../src/core/failure.ts'

/** What the pool sends to a worker thread: which function to run, and on what. */
export interface WorkerRequest {
  /** Address of the module, a `file:` URL. */
  readonly module: string
  readonly export: string
  readonly input: unknown
}

/** What comes back. A thrown Failure travels as data, so that its code, cause and stack survive. */
export type WorkerReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: FailureRecord }
