import { Failure } from '../core/failure.ts'
import { parseCount, parseDuration, parseSize } from './units.ts'

/** The options of `weft read`, as commander gives them. */
export interface ReadWords {
  readonly out?: string
  readonly summary?: string
  readonly concurrency: string
  readonly perHost: string
  readonly timeout: string
  readonly retries: string
  readonly maxBytes: string
  readonly ordered?: boolean
  readonly sequential?: boolean
  readonly allowPrivate?: boolean
  readonly ignoreRobots?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

export interface ReadSettings {
  readonly out: string | undefined
  readonly summarySentences: number | undefined
  readonly concurrency: number
  readonly perHost: number
  readonly timeoutMs: number
  readonly retries: number
  readonly maxBytes: number
  readonly ordered: boolean
  readonly sequential: boolean
  readonly allowPrivate: boolean
  readonly ignoreRobots: boolean
  readonly reports: 'text' | 'json' | 'nothing'
}

/** @throws Failure `INVALID_OPTION` */
export function parseReadOptions(words: ReadWords): ReadSettings {
  if (words.json && words.quiet)
    throw new Failure('INVALID_OPTION', '--json and --quiet exclude each other: leave one out')
  const sequential = words.sequential ?? false
  return {
    out: words.out,
    summarySentences: words.summary === undefined ? undefined : parseCount(words.summary, '--summary', 1),
    concurrency: sequential ? 1 : parseCount(words.concurrency, '--concurrency', 1),
    perHost: parseCount(words.perHost, '--per-host', 1),
    timeoutMs: parseDuration(words.timeout, '--timeout'),
    retries: parseCount(words.retries, '--retries', 0),
    maxBytes: parseSize(words.maxBytes, '--max-bytes'),
    ordered: words.ordered ?? false,
    sequential,
    allowPrivate: words.allowPrivate ?? false,
    ignoreRobots: words.ignoreRobots ?? false,
    reports: words.quiet ? 'nothing' : words.json ? 'json' : 'text',
  }
}
