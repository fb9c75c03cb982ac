/**
 * Where records go. Writes are kept in the order of the calls, and each settles when its record has been handed over, so
 * awaiting it is the back-pressure. After `close` or `abandon` nothing may be written; calling either again does nothing.
 */
export interface Sink<T> {
  /** How the place is called in messages. */
  readonly place: string
  /** Where the records lie until `close` gives them their final name; also where a kill -9 leaves them. */
  readonly partial: string | undefined
  /**
   * @throws Failure `OUTPUT_FAILED` (what is wrong and what to do), `OUTPUT_CLOSED` (the reader has gone: stop quietly).
   *   After either, only `close` or `abandon` makes sense.
   */
  write(record: T): Promise<void>
  /**
   * Makes what was written final; on an interrupt too. A file whose write failed is abandoned instead.
   *
   * @throws Failure `OUTPUT_FAILED`
   */
  close(): Promise<void>
  /** Gives up: the final name is left as it was, and whole records that were written stay at `partial`. Never throws. */
  abandon(): Promise<void>
}
