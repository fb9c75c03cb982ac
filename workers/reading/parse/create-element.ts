import { type Attributes, alignment, keptAttributes } from './attributes.ts'
import type { DomDocument, DomElement } from './dom.ts'

/** Makes an element of the document, with those of its attributes that extraction or Markdown look at. */
export function createElement(document: DomDocument, name: string, attributes: Attributes): DomElement {
  const element = document.createElement(isNote(name, attributes) ? 'div' : name)
  for (const [key, value] of attributes) if (isKept(key, value)) element.setAttribute(key, value)
  const align = alignmentOf(name, attributes)
  if (align !== undefined) element.setAttribute(alignment, align)
  return element
}

/** Whether an attribute goes into the document. Of the styles only those do that hide an element. */
function isKept(name: string, value: string): boolean {
  return keptAttributes.has(name) && (name !== 'style' || hidingStyle.test(value))
}

const hidingStyle = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i

/** How a cell is aligned, by its attribute or its style. */
function alignmentOf(name: string, attributes: Attributes): string | undefined {
  if (name !== 'td' && name !== 'th') return undefined
  const stated = attributes.get('align') ?? /text-align\s*:\s*(\w+)/i.exec(attributes.get('style') ?? '')?.[1]
  return /^(?:left|center|right)$/i.exec(stated ?? '')?.[0].toLowerCase()
}

/** Notes and warnings in documentation are content, unlike what else stands in an <aside>. */
function isNote(name: string, attributes: Attributes): boolean {
  return name === 'aside' && notes.test(attributes.get('class') ?? '')
}

const notes = /(?:^|[\s_-])(?:admonition|callout|note|tip|hint|info|important|warning|caution|danger)(?:[\s_-]|$)/i
