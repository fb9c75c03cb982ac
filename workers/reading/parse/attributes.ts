import { imageAttributes } from './images.ts'

/** The attributes of one start tag that are worth reading: names in lower case. */
export type Attributes = ReadonlyMap<string, string>

/** Attributes that extraction or Markdown look at. All others cost time and memory, and are left out of the document. */
export const keptAttributes: ReadonlySet<string> = new Set(
  'id class href src alt title role rel itemprop property name content datetime lang dir hidden aria-hidden aria-modal open colspan rowspan start reversed value align poster width height style'.split(
    ' ',
  ),
)

/** Attributes that the parse itself looks at, and those that it keeps. */
export const attributesToRead: ReadonlySet<string> = new Set([
  ...keptAttributes,
  ...imageAttributes,
  ...'xml:lang http-equiv pubdate type checked encoding alttext display data-lang data-language data-code-language'.split(
    ' ',
  ),
])

/** Whether an attribute goes into the document. Of the styles only those do that hide an element. */
export function isKept(name: string, value: string): boolean {
  return keptAttributes.has(name) && (name !== 'style' || hidingStyle.test(value))
}

const hidingStyle = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i
