import { Parser } from 'htmlparser2'
import { DocumentBuilder } from './document-builder.ts'
import type { DomDocument } from './dom.ts'
import type { Facts } from './facts.ts'
import type { DocumentLimits } from './limits.ts'

/** A page as a document that holds only what may be text of it. */
export interface ParsedPage {
  readonly document: DomDocument
  readonly facts: Facts
}

/**
 * Parses a page once: what the page says about itself is noted on the way, and the document is built without what is no text
 * (scripts, styles, vector graphics, comments, attributes that nobody reads). Code blocks become one text each, with their
 * language; lazily loaded images get their address. This keeps the document small, which is what linkedom's time goes into.
 *
 * Returns undefined for a page with more elements or deeper nesting than the limits: extraction, whose time grows faster than
 * the document, would take too long for it.
 */
export function parseDocument(html: string, limits: DocumentLimits): ParsedPage | undefined {
  const builder = new DocumentBuilder(limits)
  const parser = new Parser(builder)
  // In pieces, so that a page that is too complex costs no more than its first part.
  for (let from = 0; from < html.length && !builder.isTooComplex; from += pieceLength) {
    parser.write(html.slice(from, from + pieceLength))
  }
  if (builder.isTooComplex) return undefined
  parser.end()
  return builder.isTooComplex ? undefined : { document: builder.document, facts: builder.facts }
}

const pieceLength = 65_536
