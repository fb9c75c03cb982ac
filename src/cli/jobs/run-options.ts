import { resolve } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { parseCount } from '../units.ts'
import type { ReportKind } from './view/job-reports.ts'

/** The options of `weft run`, and those of the commands that go on with a run, as commander gives them. */
export interface RunWords {
  readonly job?: string
  readonly input?: string
  readonly out?: string
  readonly limit?: string
  readonly sequential?: boolean
  readonly fresh?: boolean
  readonly redoEffects?: boolean
  readonly dryRun?: boolean
  readonly ordered?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What is said beside the job file, and what a run remembers of it for those who go on with it. */
export interface Overrides {
  readonly input?: string
  readonly out?: string
  readonly limit?: number
  readonly ordered?: true
}

export interface RunSettings {
  readonly overrides: Overrides
  readonly isSequential: boolean
  readonly isFresh: boolean
  readonly redoesEffects: boolean
  readonly isDryRun: boolean
  readonly reports: ReportKind
}

/** @throws Failure `INVALID_OPTION` */
export function parseRunOptions(words: RunWords): RunSettings {
  if (words.json && words.quiet)
    throw new Failure('INVALID_OPTION', '--json and --quiet exclude each other: leave one out')
  return {
    overrides: {
      ...(words.input === undefined ? {} : { input: absolute(words.input) }),
      ...(words.out === undefined ? {} : { out: absolute(words.out) }),
      ...(words.limit === undefined ? {} : { limit: parseCount(words.limit, '--limit', 1) }),
      ...(words.ordered ? { ordered: true } : {}),
    },
    isSequential: words.sequential ?? false,
    isFresh: words.fresh ?? false,
    redoesEffects: words.redoEffects ?? false,
    isDryRun: words.dryRun ?? false,
    reports: words.quiet ? 'nothing' : words.json ? 'json' : 'text',
  }
}

/** A run may be gone on with from elsewhere. A slash at the end, which says that it is a folder, stays. */
function absolute(place: string): string {
  if (place === '-') return place
  return resolve(place) + (/[\\/]$/.test(place) ? '/' : '')
}
