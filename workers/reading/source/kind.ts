import { Failure } from '../../../src/core/failure.ts'
import type { ContentType } from './content-type.ts'
import { isMostlyBinary, isPdf, looksBinary, signatureOf } from './signatures.ts'
import { jsonIn, rootElement, startsLikeHtml } from './sniff.ts'

/** What weft reads. */
export type Kind = 'html' | 'markdown' | 'text'

/** What a header or a file name says it is. `unknown` says nothing; `other` is a type that weft does not read. */
type Declared = Kind | 'json' | 'xml' | 'pdf' | 'other' | 'unknown'

/**
 * Refuses what no charset can turn into a page: a PDF, an image, an archive, any other binary file. Both the declaration
 * (the header, or the name where there is no header) and the bytes count, and the bytes win.
 *
 * @throws Failure `PDF_UNSUPPORTED`, `UNSUPPORTED_TYPE`
 */
export function refuseBinary(bytes: Uint8Array, type: ContentType, url: string): void {
  const declared = declaredKind(type, url)
  if (isPdf(bytes) || declared === 'pdf') throw pdf(declared)
  if (declared === 'other') throw unsupported(`content of type ${type.essence}`)
  if (!looksBinary(bytes)) return
  const found = signatureOf(bytes)
  if (found !== undefined) throw unsupported(found)
  // HTML may hold stray NULs, and UTF-16 is full of them: both are read. Anything else with such bytes is no text.
  const isText = declared === 'html' || declared === 'xml' || /^utf-?16/i.test(type.charset ?? '')
  if (!isText || isMostlyBinary(bytes)) throw unsupported('a binary file')
}

/**
 * Which kind of page the text is: by the header; without one (or with one that says nothing, such as
 * application/octet-stream) by the extension in the URL; without that by the text. JSON and XML are refused even when they
 * are sent as HTML or plain text; XHTML is read even when it is sent as XML. Plain text that looks like HTML stays plain text,
 * as in the MIME Sniffing Standard, whose rules these are.
 *
 * @throws Failure `UNSUPPORTED_TYPE`
 */
export function kindOf(text: string, type: ContentType, url: string): Kind {
  const declared = declaredKind(type, url)
  if (declared === 'markdown') return 'markdown'
  if (declared === 'json') throw unsupported('JSON')
  const root = declared === 'text' ? undefined : rootElement(text)
  if (root?.isXhtml === true) return 'html'
  if (root !== undefined && (declared === 'xml' || root.isXml)) throw unsupported(`XML with the root <${root.name}>`)
  if (declared === 'xml') throw unsupported('XML')
  const json = jsonIn(text)
  if (json !== undefined) throw unsupported(json)
  if (declared === 'unknown') return startsLikeHtml(text) ? 'html' : 'text'
  return declared === 'html' ? 'html' : 'text'
}

function declaredKind(type: ContentType, url: string): Declared {
  const essence = type.essence ?? ''
  const byName = kindOfName(url)
  if (saysNothing.test(essence)) return byName
  if (essence === 'text/html' || essence === 'application/xhtml+xml') return 'html'
  if (essence === 'text/markdown' || essence === 'text/x-markdown') return 'markdown'
  if (essence === 'application/pdf' || essence === 'application/x-pdf') return 'pdf'
  if (/[/+](?:x-)?(?:json|ndjson|jsonl|jsonlines|json-seq)$/.test(essence)) return 'json'
  if (/[/+]xml$/.test(essence)) return essence.startsWith('image/') ? 'other' : 'xml'
  // Hosts of raw files send Markdown as plain text.
  if (essence.startsWith('text/')) return byName === 'markdown' ? 'markdown' : 'text'
  return 'other'
}

const saysNothing = /^$|^(?:application|binary)\/octet-stream$|^(?:application\/|unknown\/)(?:x-)?unknown$|^\*\/\*$/

function kindOfName(url: string): Declared {
  const extension = /\.([a-z0-9]+)$/i.exec(pathOf(url))?.[1]?.toLowerCase() ?? ''
  return kindsByExtension.get(extension) ?? 'unknown'
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? url
}

const kindsByExtension: ReadonlyMap<string, Declared> = new Map(
  Object.entries({
    html: 'html htm xhtml xht',
    markdown: 'md markdown mdown mkd mkdn',
    text: 'txt text log rst adoc asciidoc org csv tsv',
    json: 'json jsonl ndjson geojson webmanifest map',
    xml: 'xml rss atom svg xsl xslt xsd wsdl plist kml gpx',
  } satisfies Partial<Record<Declared, string>>).flatMap(([kind, extensions]) =>
    extensions.split(' ').map((extension) => [extension, kind as Declared] as const),
  ),
)

function pdf(declared: Declared): Failure {
  const found = declared === 'pdf' ? 'a PDF' : 'a PDF under another name'
  return new Failure(
    'PDF_UNSUPPORTED',
    `expected HTML, Markdown or plain text, got ${found}: turn it into one of them first`,
  )
}

function unsupported(found: string): Failure {
  return new Failure('UNSUPPORTED_TYPE', `expected HTML, Markdown or plain text, got ${found}`)
}
