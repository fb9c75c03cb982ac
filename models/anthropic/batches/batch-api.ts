/** A batch, as the provider says it stands. */
export interface BatchState {
  readonly id: string
  /** Unix time in milliseconds, by the provider's clock. */
  readonly createdAt: number
  readonly hasEnded: boolean
  readonly requests: number
  /** Of these, how many are not worked on any more. Many providers only count them at the end. */
  readonly settled: number
}

/** One line of the results: a request of the batch, and what became of it. */
export interface BatchLine {
  readonly customId: string
  readonly result: unknown
}

/** A request as it is sent. */
export interface BatchRequest {
  readonly customId: string
  /** The body of the request, as JSON in UTF-8. */
  readonly params: Uint8Array
  /** In the body of its batch, the comma behind it included. */
  readonly bytes: number
}

/** What the provider can be asked about batches. All of it throws Failures, and the signal's reason. */
export interface BatchApi {
  create(requests: readonly BatchRequest[], signal: AbortSignal): Promise<BatchState>
  retrieve(id: string, signal: AbortSignal): Promise<BatchState>
  /** The latest first. */
  list(signal: AbortSignal): AsyncIterable<BatchState>
  /** In any order. One that breaks off fails with `CONNECTION_LOST`. */
  results(id: string, signal: AbortSignal): AsyncIterable<BatchLine>
}
