/**
 * The part of the DOM that reading uses. linkedom's own types need the DOM library of TypeScript, which would put `document`
 * and `window` in scope everywhere.
 */
export interface DomNode {
  readonly nodeType: number
  readonly parentNode: DomElement | null
  readonly firstChild: DomNode | null
  readonly nextSibling: DomNode | null
  textContent: string
}

export interface DomElement extends DomNode {
  readonly localName: string
  readonly className: string
  innerHTML: string
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  appendChild(child: DomNode): unknown
  removeAttribute(name: string): void
  remove(): void
  contains(other: DomNode): boolean
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): readonly DomElement[]
}

export interface DomDocument {
  readonly documentElement: DomElement
  readonly head: DomElement
  readonly body: DomElement
  createElement(name: string): DomElement
  createTextNode(text: string): DomNode
  querySelectorAll(selector: string): readonly DomElement[]
}

export const elementNode = 1
export const textNode = 3
