import type { Writable } from 'node:stream'

/** How a job is run, beside what it says itself. */
export interface PlanOptions {
  /** Where the journal lies and what paths start from. Default: the folder of the job file. */
  readonly folder?: string
  /** Instead of what the job says: a file of items, `-` for standard input. Relative to the working folder. */
  readonly input?: string
  /** Instead of what the job says: a file or a folder for the records, `-` for standard output. Relative to the working folder. */
  readonly out?: string
  readonly limit?: number
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly stdout: Writable
}
