import { extname } from 'node:path'
import { errorCodeOf, Failure } from '../../core/failure.ts'
import { fileFailure } from '../file-failure.ts'
import { isPattern } from './pattern.ts'
import type { Place, Scope } from './place.ts'

/** Why a word that is not a URL names nothing, with a guess at what was meant: `FILE_UNREADABLE`, or `NO_MATCH` for a pattern. */
export function missing(word: string, { path, shown }: Place, scope: Scope, error: unknown): Failure {
  const failure = isPattern(word)
    ? new Failure('NO_MATCH', `no file matches the pattern ${shown}, looked for from ${scope.folder}`)
    : fileFailure(path, error)
  const meant = ['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '') ? guessUrl(word) : undefined
  if (meant === undefined) return failure
  return new Failure(failure.code, `${failure.message}; did you mean ${meant}?`, {
    cause: failure.cause,
    details: { ...failure.details, suggestion: meant },
  })
}

/** `a.example/x` is likely a URL that lost its scheme; `notes.md` is likely a file. */
function guessUrl(word: string): string | undefined {
  const host = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:\d+)?(?=$|[/?#])/i.exec(word)?.[1]
  if (host === undefined) return undefined
  if (host === 'localhost' || /^\d+(\.\d+){3}$/.test(host)) return `http://${word}`
  const isDomain = /\.[a-z][a-z-]+$/i.test(host) && (word.length > host.length || !fileEndings.has(extname(host)))
  return isDomain ? `https://${word}` : undefined
}

const fileEndings = new Set(
  '.html .htm .xhtml .md .markdown .txt .text .rst .json .jsonl .csv .tsv .xml .pdf .doc .docx .log'.split(' '),
)
