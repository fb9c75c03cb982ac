import { imageAttributes } from './images.ts'

/** The attributes of one start tag that are worth reading: names in lower case. */
export type Attributes = ReadonlyMap<string, string>

/** Attributes that extraction or Markdown look at. All others cost time and memory, and are left out of the document. */
export const keptAttributes: ReadonlySet<string> = new Set(
  'id class href src alt title role rel itemprop property name content datetime lang dir hidden aria-hidden aria-modal open colspan rowspan start reversed value poster width height style'.split(
    ' ',
  ),
)

/** Attributes that the parse itself looks at, and those that it keeps. */
export const attributesToRead: ReadonlySet<string> = new Set([
  ...keptAttributes,
  ...imageAttributes,
  ...'align xml:lang http-equiv pubdate type checked encoding alttext display data-lang data-language data-code-language'.split(
    ' ',
  ),
])

/** The attribute that holds the alignment of a cell in the document: extraction cleans the usual one away. */
export const alignment = 'data-align'

/** Whether a script is JSON-LD: data about the page. */
export function isJsonLd(attributes: Attributes): boolean {
  return attributes.get('type')?.trim().toLowerCase() === 'application/ld+json'
}

/** Whether an element of a formula holds its TeX. */
export function isTeX(name: string, attributes: Attributes): boolean {
  return name === 'annotation' && /tex/i.test(attributes.get('encoding') ?? '')
}
