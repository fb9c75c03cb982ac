import * as v from 'valibot'
import { rank } from '../../../models/steps/rank.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { model, type With } from './models.ts'
import type { Selection, SelectStep } from './step.ts'
import { count, share, textFor, versionOf, type WorkingOptions, words, working, workingEntries } from './working.ts'

export interface RankStepOptions extends Omit<WorkingOptions, 'effects'> {
  readonly query: string
  readonly top?: number
  /** Default `lexical`. */
  readonly with?: With
  readonly weight?: number
  readonly text?: string
}

const { effects, ...common } = workingEntries
const schema = v.strictObject({
  ...common,
  query: words,
  top: v.optional(count),
  with: v.optional(model),
  weight: v.optional(share),
  text: v.optional(words),
})

/** Lets the items go on that answer a query best, the best first. Gives `{ score, similarity, bm25 }`. */
export const rankKind: StepKind = { key: 'rank', result: 'rank', schema, isBare: false, make }

function make(options: RankStepOptions, site: StepSite): MadeStep | undefined {
  const { query, top, weight } = options
  const named = options.with ?? 'lexical'
  const found = site.models.get(named, 'embed')
  if (query.includes('{{')) site.fault('expected one question for all items, without {{ }}', ['query'])
  if (typeof found === 'string') return void site.fault(found, ['with'])
  const said = { ...(top === undefined ? {} : { top }), ...(weight === undefined ? {} : { weight }) }
  const task = rank<string>({ ...said, model: found })
  const source = textFor(site, options.text, ['text'])
  const step: SelectStep = {
    ...working(site, options),
    kind: 'select',
    uses: source.uses,
    version: versionOf('rank', 1, { query, ...said, model: site.models.version(named, found) }),
    lane: 'io',
    model: found.name,
    worksOn: found.lane === 'io' ? 'cpu' : found.lane,
    isAside: true,
    ...(top === undefined ? {} : { top }),
    example: () => ({ score: 0.5, similarity: 0.5, bm25: 1 }),
    prepare: (item) => source.of(item),
    run: async (texts, context) => {
      const ranked = await task({ query, items: texts as readonly string[] }, context)
      return selectionOf(ranked, texts.length)
    },
  }
  return { steps: [step], shape: { fields: ['score', 'similarity', 'bm25'] } }
}

type Scores = readonly {
  readonly index: number
  readonly score: number
  readonly similarity: number
  readonly bm25: number
}[]

function selectionOf(ranked: Scores, size: number): Selection {
  const values = Object.fromEntries(
    ranked.map(({ index, score, similarity, bm25 }) => [index, { score, similarity, bm25 }]),
  )
  const reasons: Record<number, string> = {}
  for (let index = 0; index < size; index += 1) {
    if (!Object.hasOwn(values, index)) reasons[index] = `it is not among the best ${ranked.length} of ${size}`
  }
  return { kept: ranked.map(({ index }) => index), reasons, values }
}
