import { type DomElement, type DomNode, elementNode, textNode } from '../parse/dom.ts'
import { type Boilerplate, boilerplateOf } from './boilerplate.ts'

/**
 * Removes from a document what by its own declaration is not the content of the page: dialogs about consent, what is hidden,
 * navigation, sharing, adverts, comments. A kind stays when hardly anything would be left without it: then it is the content, as
 * comments are on a page of discussion, and what is hidden on a page that its scripts reveal.
 *
 * One walk over the document, before extraction: what it removes can mislead extraction no more, and need not be looked at.
 */
export function prune(body: DomElement): void {
  const found: Found[] = []
  let left = measure(body, false, found)
  for (const kind of ['consent', 'hidden', 'furniture', 'comments'] as const) {
    const ofKind = found.filter((one) => one.kind === kind)
    const rest = left - ofKind.reduce((sum, one) => sum + one.length, 0)
    if (rest >= minLeft[kind]) {
      left = rest
      for (const { element } of ofKind) element.remove()
    } else if (kind === 'hidden' && ofKind.length > 0) {
      // It is the page. What is inside has not been looked at yet.
      for (const { element } of ofKind) reveal(element)
      prune(body)
      return
    }
  }
}

interface Found {
  readonly element: DomElement
  readonly kind: Boilerplate
  readonly length: number
}

/** How much text must be left, in UTF-16 units, for a kind to go. */
const minLeft: Readonly<Record<Boilerplate, number>> = { consent: 150, hidden: 150, furniture: 150, comments: 400 }

/** Finds the outermost boilerplate and gives the length of the text inside the node. */
function measure(node: DomNode, isInContent: boolean, found: Found[]): number {
  if (node.nodeType === textNode) return node.textContent.trim().length
  if (node.nodeType !== elementNode) return 0
  const element = node as DomElement
  const kind = boilerplateOf(element, isInContent)
  const inside = kind === undefined ? found : []
  const isContent = isInContent || element.localName === 'main' || element.localName === 'article'
  let length = 0
  for (let child = element.firstChild; child !== null; child = child.nextSibling)
    length += measure(child, isContent, inside)
  if (kind !== undefined) found.push({ element, kind, length })
  return length
}

function reveal(element: DomElement): void {
  for (const name of ['hidden', 'aria-hidden', 'style']) element.removeAttribute(name)
}

/** How much text outside links a node holds, in UTF-16 units. */
export function proseLength(node: DomNode): number {
  let length = 0
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === textNode) length += child.textContent.trim().length
    else if (child.nodeType === elementNode && (child as DomElement).localName !== 'a') length += proseLength(child)
  }
  return length
}
