import * as v from 'valibot'
import type { StepKind, StepSite } from './kind.ts'
import { count, words, workingEntries } from './working.ts'

/** Would make items of what a search provider finds; weft has none yet, and says what to do instead. */
export const searchKind: StepKind = {
  key: 'search',
  result: 'search',
  schema: v.strictObject({
    ...workingEntries,
    query: v.optional(words),
    with: v.optional(words),
    top: v.optional(count),
  }),
  isBare: false,
  make: (_: object, site: StepSite) => void site.fault(noSearch),
}

export const noSearch =
  'weft has no search provider yet: search beforehand and give the addresses as input (urls, or file), or call a provider in a step run'
