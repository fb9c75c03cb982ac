import { Failure } from '../core/failure.ts'
import { forMessage } from './url.ts'

const binaryFamilies = /^(image|video|audio|font|model)\//
const archives = new Set(
  [
    'zip',
    'gzip',
    'x-gzip',
    'x-tar',
    'x-gtar',
    'x-bzip2',
    'x-xz',
    'zstd',
    'x-7z-compressed',
    'vnd.rar',
    'x-rar-compressed',
  ].map((name) => `application/${name}`),
)

/**
 * Throws for a content type whose body cannot be a page, so that it is not downloaded at all. Anything in doubt passes: the
 * reader looks at the bytes.
 *
 * @throws Failure `UNSUPPORTED_TYPE`, `PDF_UNSUPPORTED`
 */
export function refuseUnreadable(contentType: string | undefined, url: URL): void {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/pdf') {
    throw new Failure(
      'PDF_UNSUPPORTED',
      `${forMessage(url.href)} is a PDF, which weft does not read: convert it to text or HTML first`,
    )
  }
  if (!binaryFamilies.test(type) && !archives.has(type)) return
  const message = `${forMessage(url.href)} is ${type}: expected text, such as HTML or Markdown`
  throw new Failure('UNSUPPORTED_TYPE', message, { details: { contentType: type } })
}
