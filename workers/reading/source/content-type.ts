import { MIMEType } from 'node:util'

/** A Content-Type header: `text/html; charset=utf-8` as its two useful parts. Both are absent when it cannot be read. */
export interface ContentType {
  /** Type and subtype, in lower case. */
  readonly essence?: string
  readonly charset?: string
}

/** Parses a header as the MIME Sniffing Standard does; one that it calls invalid counts as none. */
export function parseContentType(header: string | undefined): ContentType {
  if (header === undefined) return {}
  try {
    const type = new MIMEType(header)
    const charset = type.params.get('charset')
    return { essence: type.essence, ...(charset === null ? {} : { charset }) }
  } catch {
    return {}
  }
}
