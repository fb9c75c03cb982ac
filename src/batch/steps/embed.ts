import * as v from 'valibot'
import { embed } from '../../../models/steps/embed.ts'
import { estimating } from './asking.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { model, type With } from './models.ts'
import type { EachStep } from './step.ts'
import { textFor, versionOf, type WorkingOptions, words, working, workingEntries } from './working.ts'

export interface EmbedStepOptions extends WorkingOptions {
  /** Default `lexical`. */
  readonly with?: With
  readonly text?: string
}

const schema = v.strictObject({ ...workingEntries, with: v.optional(model), text: v.optional(words) })

/** Gives the vector of the item's text, of length 1, as an array of numbers. */
export const embedKind: StepKind = { key: 'embed', result: 'vector', schema, isBare: true, make }

function make(options: EmbedStepOptions, site: StepSite): MadeStep | undefined {
  const named = options.with ?? 'lexical'
  const found = site.models.get(named, 'embed')
  if (typeof found === 'string') return void site.fault(found, ['with'])
  const task = embed(found)
  const source = textFor(site, options.text, ['text'])
  const step: EachStep = {
    ...working(site, options, { concurrency: 64 }),
    kind: 'each',
    uses: source.uses,
    version: versionOf('embed', 1, { model: site.models.version(named, found) }),
    lane: found.lane,
    model: found.name,
    ...(found.lane === 'io' ? { worksOn: 'cpu' } : {}),
    prepare: (item) => source.of(item),
    run: async (given, context) => Array.from(await task.run(given as string, context), rounded),
    ...estimating(task, site),
  }
  return { steps: [step] }
}

/** Seven digits are what a number of 32 bits holds; its nearest one of 64 bits would be printed with seventeen. */
function rounded(value: number): number {
  return Number(value.toPrecision(7))
}
