/** One record on its way out. */
export interface OutputRecord {
  readonly id: string
  /** As it stands in the record: an object or a text. */
  readonly input: unknown
  readonly status: 'done' | 'failed' | 'skipped' | 'cancelled'
  /** Of one that is done. */
  readonly value: unknown
  /** The whole record as a line of JSON, line feed included. */
  readonly line: string
}

/**
 * Where the records of a durable run go, over several lives of the process. Records come in the order of their sequence; what was appended
 * counts only when the journal knows that it was. So a place is opened again behind what the journal knows, and the rest comes again.
 *
 * Every method may fail with `OUTPUT_FAILED` (what is wrong and what to do) or `OUTPUT_CLOSED`.
 */
export interface RecordSink {
  /** How the place is called in messages. */
  readonly place: string
  /** Nothing that was written can be gone on with: all records come again (standard output). */
  readonly isReplayed: boolean
  /**
   * Before anything else. Fails before any work is done when the place cannot be written to.
   *
   * @param key names the run: the same one finds what an earlier life of it left
   * @param bytes what the journal knows of; what lies beyond was not confirmed and is cut off. 0: begins anew. (Files that are written one
   *   by one need none of it: the same record has the same name.)
   * @returns false when less is there than the journal knows of: all records must come again, from 0
   */
  open(key: string, bytes: number): Promise<boolean>
  /** In whole records. @returns bytes up to here: to be told to the journal */
  append(records: readonly OutputRecord[]): Promise<number>
  /** What was appended survives a power cut. */
  sync(): Promise<void>
  /** The run has ended: everything lies under its final name, and nothing of an earlier run is left there. */
  publish(): Promise<void>
  /** Bytes of the file whose place it takes when it is published. Undefined: there is none. */
  replaces?(): Promise<number | undefined>
  /** Instead of `publish`: what an earlier run left there stays, and nothing of this one. False: there is nothing of an earlier one. */
  withdraw?(): Promise<boolean>
  /** Leaves all as it is, to be gone on with. Never throws. */
  close(): Promise<void>
  /** Where the records lie until they are published, for messages. */
  readonly partial: string | undefined
  /** Once it is open: absolute paths of the files that are left when it is never published, each with the key of the run in its name. */
  readonly partials?: readonly string[]
}
