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

/** Whether an attribute goes into the document. Of the styles only those do that hide an element. */
export function isKept(name: string, value: string): boolean {
  return keptAttributes.has(name) && (name !== 'style' || hidingStyle.test(value))
}

/** How a cell is aligned, by its attribute or its style; kept under a name that extraction does not clean away. */
export function alignmentOf(name: string, attributes: Attributes): string | undefined {
  if (name !== 'td' && name !== 'th') return undefined
  const stated = attributes.get('align') ?? /text-align\s*:\s*(\w+)/i.exec(attributes.get('style') ?? '')?.[1]
  return /^(?:left|center|right)$/i.exec(stated ?? '')?.[0].toLowerCase()
}

/** The attribute that holds it in the document. */
export const alignment = 'data-align'

const hidingStyle = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i

/** Whether a script is JSON-LD: data about the page. */
export function isJsonLd(attributes: Attributes): boolean {
  return attributes.get('type')?.trim().toLowerCase() === 'application/ld+json'
}

/** Notes and warnings in documentation are content, unlike what else stands in an <aside>. */
export function isNote(name: string, attributes: Attributes): boolean {
  return name === 'aside' && notes.test(attributes.get('class') ?? '')
}

const notes = /(?:^|[\s_-])(?:admonition|callout|note|tip|hint|info|important|warning|caution|danger)(?:[\s_-]|$)/i

/** Whether an element of a formula holds its TeX. */
export function isTeX(name: string, attributes: Attributes): boolean {
  return name === 'annotation' && /tex/i.test(attributes.get('encoding') ?? '')
}
