import { fileURLToPath } from 'node:url'
import { withoutCredentials } from '../../core/address.ts'
import { Failure } from '../../core/failure.ts'
import type { Target } from '../input.ts'

/** What a word is by its scheme alone; nothing when it has none and so must be a path. Windows drives are not schemes. */
export function readAddress(word: string): Target | undefined {
  if (/^https?:/i.test(word)) return readWebUrl(word)
  if (/^file:/i.test(word)) return readFileUrl(word)
  const scheme = /^[a-z][a-z0-9+.-]+(?=:\/\/)/i.exec(word)?.[0]
  return scheme === undefined ? undefined : unsupported(scheme)
}

/** `mailto:`, `data:`, `javascript:`: looks like a file's name or host:port too, so only what exists nowhere is read so. */
export function readBareScheme(word: string): Target | undefined {
  const scheme = /^[a-z][a-z0-9+-]+(?=:(?!\d))/i.exec(word)?.[0]
  return scheme === undefined ? undefined : unsupported(scheme)
}

function readWebUrl(word: string): Target {
  // The URL standard would drop tabs and make %20 of spaces: two columns of a table would become one wrong address.
  if (/\s/.test(word))
    return invalidUrl(
      `${withoutCredentials(word)} holds a space: give one URL a word or line, and write %20 for a space`,
    )
  const url = URL.parse(word)
  if (url === null) return invalidUrl(`${withoutCredentials(word)} is not a valid URL: check its host and its port`)
  return { kind: 'url', url: url.href }
}

function readFileUrl(word: string): Target {
  try {
    return { kind: 'file', path: fileURLToPath(word) }
  } catch (error) {
    return invalidUrl(`${word} is not the URL of a file on this machine; expected file:///folder/name`, error)
  }
}

function invalidUrl(message: string, cause?: unknown): Target {
  return { kind: 'invalid', failure: new Failure('URL_INVALID', message, { cause }) }
}

function unsupported(scheme: string): Target {
  const message = `${scheme}: is not a scheme that weft reads; give an http or https URL, or save it as a file first`
  return { kind: 'invalid', failure: new Failure('SCHEME_UNSUPPORTED', message, { details: { scheme } }) }
}
