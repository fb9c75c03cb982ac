import { Failure } from '../../core/failure.ts'
import { type Head, headerOf } from '../head.ts'
import { forMessage } from '../url.ts'
import type { PartRecord } from './part-file.ts'

/** What of a file is already here. */
export interface Held {
  readonly bytes: number
  readonly record: PartRecord | undefined
  /** Whether the whole will be held against a known sha256: then a wrong beginning does no harm. */
  readonly isChecked: boolean
}

/**
 * Asks for the rest of a file (RFC 9110, 14.2) under the condition that it is still the one that the part is the beginning of (If-Range,
 * 13.1.5). Whoever cannot say so asks for the whole.
 *
 * @param sha256 of the file as it is now, where the server has already said it
 */
export function rangeHeaders({ bytes, record, isChecked }: Held, sha256: string | undefined): Record<string, string> {
  if (bytes === 0 || record === undefined) return {}
  const range = `bytes=${bytes}-`
  if (sha256 !== undefined && record.sha256 !== null) return sha256 === record.sha256 ? { range } : {}
  if (record.etag !== null) return { range, 'if-range': record.etag }
  return isChecked ? { range } : {}
}

/** @throws Failure `BODY_INVALID`, retryable, when the server sends another part than it was asked for */
export function beginsAt(head: Head, { bytes }: Held, url: URL): number {
  if (head.status === 200) return 0
  const range = headerOf(head, 'content-range')
  if (contentRange(head)?.first === bytes) return bytes
  const message = `${forMessage(url.href)} sent another part of the file than it was asked for: ${range}`
  throw new Failure('BODY_INVALID', message, { retryable: true })
}

/** Length of the whole file, by the answer to a request for it or for a part of it. */
export function totalBytes(head: Head): number | undefined {
  return head.status === 206 ? contentRange(head)?.total : lengthOf(headerOf(head, 'content-length'))
}

/** An ETag that says byte for byte the same (RFC 9110, 8.8.1); a weak one does not. */
export function strongEtag(head: Head): string | null {
  const etag = headerOf(head, 'etag')
  return etag?.startsWith('"') ? etag : null
}

/**
 * What Hugging Face says of a file in its large-file storage, whose ETag is the sha256 (huggingface_hub, file_download.py); that of a small
 * file, which lies in git, is a sha1 and of no use here.
 */
export function linkedSha256(head: Head): string | undefined {
  return /^"?([0-9a-f]{64})"?$/.exec(headerOf(head, 'x-linked-etag') ?? '')?.[1]
}

export function linkedBytes(head: Head): number | undefined {
  return lengthOf(headerOf(head, 'x-linked-size'))
}

function contentRange(head: Head): { readonly first: number; readonly total: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headerOf(head, 'content-range') ?? '')
  return match === null ? undefined : { first: Number(match[1]), total: lengthOf(match[2]) }
}

function lengthOf(text: string | undefined): number | undefined {
  return /^\d+$/.test(text ?? '') && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
}
