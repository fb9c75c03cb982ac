import type { JobPlan } from '../../src/batch/job/plan.ts'
import type { OutputRecord, RecordSink } from '../../src/batch/sinks/record-sink.ts'
import type { JobSource, SourceItem } from '../../src/batch/sources/source.ts'
import type { CollectStep, EachStep, ExpandStep, FilterStep, SelectStep, Step } from '../../src/batch/steps/step.ts'
import type { ItemView } from '../../src/batch/template/item-view.ts'
import { Failure } from '../../src/core/failure.ts'

/** A plan of these steps over these inputs, its records in `sink`. */
export function planOf(steps: readonly Step[], inputs: readonly unknown[], more: Partial<JobPlan> = {}): JobPlan {
  return {
    name: 'job',
    journalFolder: '/nowhere',
    source: sourceOf(inputs),
    limit: undefined,
    steps,
    output: { records: new MemorySink(), report: undefined, isOrdered: false, fields: undefined },
    runtime: {},
    policy: 'settle',
    budget: undefined,
    durability: 'process',
    concurrency: undefined,
    ...more,
  }
}

/** Inputs that are a Failure are malformed. */
export function sourceOf(inputs: readonly unknown[], more: Partial<JobSource> = {}): JobSource {
  return {
    place: 'a list',
    isReadable: true,
    fields: undefined,
    size: { items: inputs.length, estimate: false },
    identity: async () => JSON.stringify(inputs),
    async *items({ item }): AsyncGenerator<SourceItem> {
      for (let number = item; number < inputs.length; number += 1) {
        const input = inputs[number]
        const place = { number, offset: number * 10, line: number + 1 }
        yield Failure.is(input) ? { ...place, input: 'torn', failure: input } : { ...place, input }
      }
    },
    ...more,
  }
}

type Work = (input: unknown) => unknown

export function each(name: string, run: Work, more: Partial<EachStep> = {}): EachStep {
  return { ...working(name), kind: 'each', prepare: ({ last }) => last, run: async (input) => run(input), ...more }
}

export function expand(
  name: string,
  run: (input: unknown) => readonly unknown[],
  more: Partial<ExpandStep> = {},
): ExpandStep {
  return { ...working(name), kind: 'expand', prepare: ({ last }) => last, run: async (input) => run(input), ...more }
}

export function select(name: string, keeps: (input: unknown) => boolean, more: Partial<SelectStep> = {}): SelectStep {
  return {
    ...working(name),
    kind: 'select',
    prepare: ({ last }) => last,
    run: async (inputs) => ({ kept: [...inputs.keys()].filter((at) => keeps(inputs[at])), reasons: {} }),
    ...more,
  }
}

export function filter(name: string, keeps: (item: ItemView) => boolean): FilterStep {
  const dropped = new Failure('FILTERED', `${name} did not keep it`)
  return { kind: 'filter', name, uses: [], keep: (item) => keeps(item) || dropped }
}

export function collect(name = 'collect'): CollectStep {
  return { kind: 'collect', name, uses: [] }
}

function working(name: string) {
  return { name, uses: [], version: name, lane: 'io', effects: false, onInterrupted: 'rerun' } as const
}

/** A file in memory: what was appended counts once the journal says so. */
export class MemorySink implements RecordSink {
  readonly place = 'memory'
  readonly isReplayed = false
  readonly partial = undefined
  text = ''
  isPublished = false
  isClosed = false

  async open(_key: string, bytes: number): Promise<boolean> {
    const isThere = this.text.length >= bytes
    this.text = isThere ? this.text.slice(0, bytes) : ''
    return isThere
  }

  async append(records: readonly OutputRecord[]): Promise<number> {
    for (const { line } of records) this.text += line
    return this.text.length
  }

  async sync(): Promise<void> {}

  async publish(): Promise<void> {
    this.isPublished = true
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  get records(): Written[] {
    return this.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
}

export interface Written {
  readonly id: string
  readonly input: unknown
  readonly status: string
  readonly value?: unknown
  readonly failure?: { readonly code: string }
  readonly cause?: { readonly code: string }
}
