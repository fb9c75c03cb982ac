import { Failure } from '../../core/failure.ts'
import type { SourceItem } from './source.ts'

/** What stands at a place and is no item: its text as input, cut where it is long, and `INPUT_MALFORMED` that names the line. */
export function malformed(at: Omit<SourceItem, 'input'>, place: string, text: string, reason: string): SourceItem {
  const failure = new Failure('INPUT_MALFORMED', `line ${at.line} of ${place} cannot be taken: ${reason}`, {
    details: { line: at.line },
  })
  // Nothing is thrown, so where it was made says nothing; a million stacks would be memory.
  failure.stack = `Failure: ${failure.message}`
  return { ...at, input: text.length > maxShown ? `${text.slice(0, maxShown)}…` : text, failure }
}

/** In UTF-16 units. */
const maxShown = 1000
