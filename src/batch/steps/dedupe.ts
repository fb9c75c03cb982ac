import * as v from 'valibot'
import { dedupe } from '../../../models/steps/dedupe.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { model, type With } from './models.ts'
import type { SelectStep } from './step.ts'
import { count, textFor, versionOf, type WorkingOptions, words, working, workingEntries } from './working.ts'

export interface DedupeStepOptions extends Omit<WorkingOptions, 'effects'> {
  /** `minhash`, the default, or a model that embeds. */
  readonly by?: With
  readonly threshold?: number
  readonly shingle?: number
  readonly text?: string
}

const { effects, ...common } = workingEntries
const schema = v.strictObject({
  ...common,
  by: v.optional(model),
  threshold: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  shingle: v.optional(count),
  text: v.optional(words),
})

/** Leaves out items whose text is nearly that of an item before them. */
export const dedupeKind: StepKind = { key: 'dedupe', result: 'dedupe', schema, isBare: true, make }

function make(options: DedupeStepOptions, site: StepSite): MadeStep | undefined {
  const { by = 'minhash', threshold, shingle } = options
  const found = by === 'minhash' ? by : site.models.get(by, 'embed')
  if (typeof found === 'string' && found !== 'minhash') return void site.fault(`minhash, or a model: ${found}`, ['by'])
  if (found !== 'minhash' && shingle !== undefined)
    return void site.fault('option shingle is for by: minhash', ['shingle'])
  const said = { ...(threshold === undefined ? {} : { threshold }), ...(shingle === undefined ? {} : { shingle }) }
  const task = dedupe<{ readonly text: string; readonly index: number }>({ ...said, by: found })
  const source = textFor(site, options.text, ['text'])
  const name = found === 'minhash' ? found : found.name
  const step: SelectStep = {
    ...working(site, options),
    kind: 'select',
    uses: source.uses,
    version: versionOf('dedupe', 1, { by: found === 'minhash' ? found : site.models.version(by, found), ...said }),
    lane: 'io',
    ...(found === 'minhash' ? {} : { model: name }),
    worksOn: found === 'minhash' || found.lane === 'io' ? 'cpu' : found.lane,
    isAside: true,
    prepare: (item) => source.of(item),
    run: async (texts, context) => {
      const { kept, duplicates } = await task(
        (texts as readonly string[]).map((text, index) => ({ text, index })),
        context,
      )
      const reasons = duplicates.map(
        ({ index, of, similarity }) =>
          [index, `it is like item ${of + 1} of those here (${similarity.toFixed(2)})`] as const,
      )
      return { kept: kept.map(({ index }) => index), reasons: Object.fromEntries(reasons) }
    },
  }
  return { steps: [step] }
}
