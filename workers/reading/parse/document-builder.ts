import { DOMParser } from 'linkedom/worker'
import { type Attributes, attributesToRead, isJsonLd, isTeX } from './attributes.ts'
import { codeLanguage } from './code-language.ts'
import { CodeText, isCodeDecoration, isLineNumberBlock, isLineNumberCell } from './code-text.ts'
import { createElement } from './create-element.ts'
import type { DomDocument, DomElement } from './dom.ts'
import { blockElements, droppedElements, parentsOf, structuralElements, transparentElements } from './elements.ts'
import { Facts } from './facts.ts'
import { Formula, isDrawnFormula } from './formula.ts'
import { imageAddress } from './images.ts'
import type { DocumentLimits } from './limits.ts'
import { taskDone, taskOpen } from './marks.ts'

/** What becomes of the text inside an element. */
type Mode = 'text' | 'dropped' | 'code' | 'formula' | 'title' | 'json' | 'noscript'

interface Frame {
  readonly name: string
  readonly mode: Mode
  /** Where children go: the element itself, or the nearest one above that is in the document. */
  readonly node: DomElement
  readonly attributes: Attributes
}

/**
 * Builds the document from the events of htmlparser2's parser; see parseDocument. It is the state of one parse, hence mutable.
 * A start tag is acted on when the next event arrives, since its attributes come one by one: the parser's own collection of
 * them is slow for a tag with a million.
 */
export class DocumentBuilder {
  readonly document: DomDocument = new DOMParser().parseFromString(emptyPage, 'text/html') as unknown as DomDocument
  readonly facts: Facts = new Facts()
  isTooComplex = false

  readonly #limits: DocumentLimits
  readonly #frames: Frame[]
  #elements = 0
  #text = ''
  #tag: string | undefined
  #attributes = new Map<string, string>()
  #code = new CodeText(undefined, undefined)
  #formula = new Formula(none)
  #pictureAddress: string | undefined
  /** Whether the last image had no address, so that one in a <noscript> after it takes its place. */
  #isImageMissing = false

  constructor(limits: DocumentLimits) {
    this.#limits = limits
    this.#frames = [{ name: '', mode: 'text', node: this.document.body, attributes: none }]
  }

  onopentagname(name: string): void {
    this.#settle()
    this.#tag = name
  }

  onattribute(name: string, value: string): void {
    if (this.#tag !== undefined && attributesToRead.has(name) && !this.#attributes.has(name)) {
      this.#attributes.set(name, value)
    }
  }

  ontext(text: string): void {
    if (this.#tag !== undefined) this.#settle()
    this.#text += text
  }

  onclosetag(): void {
    this.#settle()
    if (this.#frames.length > 1) this.#close(this.#frames.pop() as Frame)
  }

  onend(): void {
    this.#settle()
  }

  get #top(): Frame {
    return this.#frames.at(-1) as Frame
  }

  /** Acts on the text and the start tag that have come in. */
  #settle(): void {
    if (this.#text !== '') this.#addText()
    const name = this.#tag
    if (name === undefined) return
    this.#tag = undefined
    // Each element has a map of its own, the many without attributes one that stays empty.
    const attributes = this.#attributes.size > 0 ? this.#attributes : none
    if (attributes !== none) this.#attributes = new Map()
    this.#open(name, attributes)
    this.isTooComplex ||= this.#frames.length > this.#limits.maxDepth || this.#elements > this.#limits.maxElements
  }

  #addText(): void {
    const text = this.#text
    this.#text = ''
    const { mode, name, node, attributes } = this.#top
    if (mode === 'text') this.#addRunningText(node, name, text.replace(/[\t\n\f\r ]+/g, ' '))
    else if (mode === 'code') this.#code.add(text)
    else if (mode === 'formula') this.#formula.add(text, isTeX(name, attributes))
    else if (mode === 'noscript') this.facts.addNoscript(text)
    else if (mode === 'json') this.facts.jsonLd.push(text)
    else if (mode === 'title') this.#addTitle(text)
  }

  #addRunningText(node: DomElement, name: string, text: string): void {
    if (text === ' ' && structuralElements.has(name)) return
    if (text !== ' ') this.facts.addText(text)
    node.appendChild(this.document.createTextNode(text))
  }

  #addTitle(text: string): void {
    if (this.facts.title !== '') return
    this.facts.addTitle(text)
    this.#append(this.document.head, 'title').textContent = text
  }

  #open(name: string, attributes: Attributes): void {
    const mode = this.#modeFor(name, attributes)
    const node = this.#placeFor(name)
    const isElement = mode === 'text' && !transparentElements.has(name)
    const isFlattened = this.#frames.length > flattenedDepth
    if (isElement && isFlattened && blockElements.has(name)) this.#append(node, 'br')
    const place = isElement && !isFlattened ? this.#append(node, name, attributes) : node
    this.#frames.push({ name, mode, node: place, attributes })
  }

  /**
   * Where an element goes: into the open one, but parts of tables and lists into their table or list. Their end tags may be left
   * out, which htmlparser2 only notices where nothing else is open between.
   */
  #placeFor(name: string): DomElement {
    const parents = parentsOf.get(name)
    const parent = parents === undefined ? undefined : this.#frames.findLast((frame) => parents.has(frame.name))
    return (parent ?? this.#top).node
  }

  /** Decides on the content of an element that opens, and does at once what there is to do for one that has none. */
  #modeFor(name: string, attributes: Attributes): Mode {
    const { mode } = this.#top
    if (mode === 'code') return this.#openInCode(name, attributes)
    if (mode === 'formula' || mode === 'dropped') return mode
    this.facts.open(name, attributes)
    if (name === 'img') return this.#openImage(attributes)
    if (mode === 'noscript') return mode
    if (name === 'iframe') return this.#openVoid(name, attributes)
    if (name === 'pre' || name === 'listing' || name === 'xmp') return this.#startCode(attributes)
    if (name === 'math') return this.#startFormula(attributes)
    if (name === 'noscript') return this.#isInside('head') ? 'dropped' : 'noscript'
    if (name === 'title') return 'title'
    if (name === 'script') return isJsonLd(attributes) ? 'json' : 'dropped'
    if (name === 'button') return buttonParents.some((parent) => this.#isInside(parent)) ? 'text' : 'dropped'
    if ((name === 'td' || name === 'th') && isLineNumberCell(attributes.get('class'))) return 'dropped'
    if (name === 'meta') this.#append(this.document.head, name, attributes)
    if (name === 'source') this.#pictureAddress ??= imageAddress(attributes)
    if (name === 'input') this.#openInput(attributes)
    return droppedElements.has(name) || isDrawnFormula(name, attributes.get('class')) ? 'dropped' : 'text'
  }

  #startCode(attributes: Attributes): Mode {
    const near = this.#frames.slice(-wrappersOfCode).toReversed()
    const around = near.map((frame) => codeLanguage(frame.attributes, false)).find((language) => language !== undefined)
    this.#code = new CodeText(codeLanguage(attributes, true), around)
    return isLineNumberBlock(attributes.get('class')) ? 'dropped' : 'code'
  }

  #openInCode(name: string, attributes: Attributes): Mode {
    if (name === 'br') this.#code.add('\n')
    if (isCodeDecoration(name, attributes.get('class')) || droppedElements.has(name)) return 'dropped'
    if (name === 'code') this.#code.nameInside(codeLanguage(attributes, true))
    return 'code'
  }

  #startFormula(attributes: Attributes): Mode {
    this.#formula = new Formula(attributes)
    return 'formula'
  }

  #openImage(attributes: Attributes): Mode {
    const address = imageAddress(attributes) ?? this.#pictureAddress
    const isWanted = this.#top.mode === 'text' || this.#isImageMissing
    this.#isImageMissing = address === undefined
    if (isWanted && address !== undefined && !isDrawnFormula('img', attributes.get('class'))) {
      return this.#openVoid('img', new Map(attributes).set('src', address))
    }
    return 'dropped'
  }

  /** An element whose content is for browsers that do not know it. */
  #openVoid(name: string, attributes: Attributes): Mode {
    this.#append(this.#top.node, name, attributes)
    return 'dropped'
  }

  #openInput(attributes: Attributes): void {
    if (attributes.get('type') !== 'checkbox' || !this.#isInside('li')) return
    this.#top.node.appendChild(this.document.createTextNode(attributes.has('checked') ? taskDone : taskOpen))
  }

  #close(frame: Frame): void {
    const isOutermost = this.#top.mode !== frame.mode
    if (frame.mode === 'code' && isOutermost) this.#closeCode(frame.node)
    else if (frame.mode === 'code' && blockElements.has(frame.name)) this.#code.endLine()
    else if (frame.mode === 'formula' && isOutermost) this.#closeFormula(frame.node)
    else if (frame.name === 'picture') this.#pictureAddress = undefined
    else if (frame.name === 'h1' && frame.mode === 'text') this.facts.addHeading(frame.node.textContent)
  }

  #closeCode(place: DomElement): void {
    const text = this.#code.finish()
    if (text === '') return
    const { language } = this.#code
    this.facts.addText(text)
    const attributes = language === undefined ? none : new Map([['class', `language-${language}`]])
    this.#append(this.#append(place, 'pre'), 'code', attributes).textContent = text
  }

  #closeFormula(place: DomElement): void {
    const text = this.#formula.finish()
    if (text === '') return
    this.#append(place, 'code', new Map([['class', this.#formula.className]])).textContent = text
  }

  #append(place: DomElement, name: string, attributes: Attributes = none): DomElement {
    this.#elements += 1
    const element = createElement(this.document, name, attributes)
    place.appendChild(element)
    return element
  }

  #isInside(name: string): boolean {
    return this.#frames.some((frame) => frame.name === name)
  }
}

const none: Attributes = new Map()
const emptyPage = '<!doctype html><html><head></head><body></body></html>'

/** Elements nested deeper are left out of the document; their text is not, and stays on a line of its own. */
const flattenedDepth = 80

/** How many elements round a code block may name its language. */
const wrappersOfCode = 4

/** A button in one of these is the heading of something that folds. */
const buttonParents = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'summary', 'dt']
