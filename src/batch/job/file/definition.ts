import type { BudgetOptions } from '../../../core/run.ts'
import type { Durability } from '../../../journal/journal.ts'
import type { RuntimeOptions } from '../../../runtime.ts'
import type { AskStepOptions } from '../../steps/ask.ts'
import type { ChunkStepOptions } from '../../steps/chunk.ts'
import type { DedupeStepOptions } from '../../steps/dedupe.ts'
import type { EmbedStepOptions } from '../../steps/embed.ts'
import type { ExtractStepOptions } from '../../steps/extract.ts'
import type { FilterStepOptions } from '../../steps/filter.ts'
import type { RankStepOptions } from '../../steps/rank.ts'
import type { ReadStepOptions } from '../../steps/read.ts'
import type { RunStepOptions } from '../../steps/run.ts'
import type { SummariseStepOptions } from '../../steps/summarise.ts'

/** A job as its file says it. Paths start from the folder of that file; nothing in a text is run. */
export interface JobDefinition {
  /** JSON Schema, for editors. */
  readonly $schema?: string
  /** Names its runs and the folder of its journal. Default: the name of the file. */
  readonly name?: string
  /** Of what weft cannot see in its steps: another one does all work anew. */
  readonly version?: string | number
  readonly input: JobInput
  /** Read no more items than this. */
  readonly limit?: number
  /** As those of `createRuntime`. */
  readonly lanes?: NonNullable<RuntimeOptions['lanes']>
  readonly steps: readonly JobStep[]
  /** Default: records to standard output. */
  readonly output?: JobOutputDefinition
  /** When the rest is given up. Default `settle`: never. */
  readonly onFailure?: 'settle' | 'fail-fast' | { readonly quorum: number } | { readonly deadlineMs: number }
  readonly budget?: BudgetOptions
  /** What a commit of the journal survives. Default `process`. */
  readonly durability?: Durability
  /** Most items on their way at the same time. */
  readonly concurrency?: number
}

/** Where the items come from: one of these. */
export type JobInput =
  | { readonly urls: readonly string[] }
  | { readonly glob: string | readonly string[] }
  | {
      readonly file: string
      /** Default: by the ending of the name. */
      readonly format?: ItemsFormat
      /** Of CSV: one character. Default: a tab for .tsv, a comma for anything else. */
      readonly delimiter?: string
    }
  | { readonly stdin: ItemsFormat; readonly delimiter?: string }
  /** In TypeScript alone. */
  | { readonly items: Iterable<unknown> | AsyncIterable<unknown> }

export type ItemsFormat = 'jsonl' | 'csv' | 'txt'

export interface JobOutputDefinition {
  /** A file of a record for each item; `-`: standard output. */
  readonly jsonl?: string
  /** With a `collect`, the file of what comes out behind it; without, a folder of a file for each item. */
  readonly markdown?: string
  /** Records in the order of the input. Default false. */
  readonly ordered?: boolean
  /** Names of the steps whose results are in a record, as an object. Default: what the last step gave. */
  readonly fields?: readonly string[]
}

/** One step: its name, with its options; the name alone where it needs none. */
export type JobStep =
  | 'read'
  | 'chunk'
  | 'summarise'
  | 'embed'
  | 'dedupe'
  | 'collect'
  | { readonly read: ReadStepOptions | null }
  | { readonly chunk: ChunkStepOptions | null }
  | { readonly summarise: SummariseStepOptions | null }
  | { readonly extract: ExtractStepOptions }
  | { readonly ask: AskStepOptions }
  | { readonly embed: EmbedStepOptions | null }
  | { readonly rank: RankStepOptions }
  | { readonly dedupe: DedupeStepOptions | null }
  | { readonly filter: FilterStepOptions }
  | { readonly run: RunStepOptions }
  | { readonly collect: Readonly<Record<string, never>> | null }
