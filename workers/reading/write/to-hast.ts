import type { Element, ElementContent, Properties, Root } from 'hast'
import { alignment } from '../parse/attributes.ts'
import { type DomElement, type DomNode, elementNode, textNode } from '../parse/dom.ts'
import { blockElements, headings, tableParts } from '../parse/elements.ts'
import { displayedFormula, inlineFormula, taskDone, taskOpen } from '../parse/marks.ts'
import type { LinkResolver } from './links.ts'
import { raised } from './raised.ts'
import { cellSpan, isLayoutTable } from './tables.ts'

/**
 * Turns the children of an element into a hast tree that holds only what Markdown can say: absolute links and images, no
 * empty elements, tables that hold values and no layout, no blocks in cells and headings.
 */
export function toHast(element: DomElement, links: LinkResolver): Root {
  return {
    type: 'root',
    children: childrenOf(element, { links, isInline: false, isInTable: false, formats: new Set() }),
  }
}

/** Where in the tree we are: what an element becomes depends on it. */
interface Place {
  readonly links: LinkResolver
  /** Inside something that holds no blocks: a cell, a heading. */
  readonly isInline: boolean
  /** Inside a table of values. The parts of any other table are divisions of the page. */
  readonly isInTable: boolean
  /** What the text already is, so that nothing becomes it twice. */
  readonly formats: ReadonlySet<string>
}

function childrenOf(element: DomElement, place: Place): ElementContent[] {
  const children: ElementContent[] = []
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    // Not push(...): a list may have more children than a call takes arguments.
    for (const part of convert(child, place)) children.push(part)
  }
  return children
}

function convert(node: DomNode, place: Place): ElementContent[] {
  if (node.nodeType === textNode) return convertText(node.textContent)
  if (node.nodeType !== elementNode) return []
  const element = node as DomElement
  const converter = converters.get(element.localName) ?? convertAny
  return converter(element, place)
}

type Converter = (element: DomElement, place: Place) => ElementContent[]

const lineBreak: Converter = (_, place) => (place.isInline ? [space] : [make('br')])
const rule: Converter = (_, place) => (place.isInline ? [] : [make('hr')])
const media: Converter = (element, { links }) => {
  const href = links.source(element.getAttribute('src') ?? undefined)
  const name = element.getAttribute('title')?.trim() || element.textContent.trim()
  return href === undefined || name === '' ? [] : [make('a', { href }, [text(name)])]
}
const raise: Converter = (element, place) => {
  const characters = raised(element.localName, element.textContent)
  return characters === undefined ? childrenOf(element, place) : [text(characters)]
}

// Maps, not objects: a page may have an element named <constructor>.
const converters: ReadonlyMap<string, Converter> = new Map([
  ['a', convertLink],
  ['img', convertImage],
  ['pre', convertCodeBlock],
  ['code', convertCode],
  ['table', convertTable],
  ['td', convertCell],
  ['th', convertCell],
  ['br', lineBreak],
  ['hr', rule],
  ['iframe', media],
  ['video', media],
  ['audio', media],
  ['sup', raise],
  ['sub', raise],
])

function convertText(value: string): ElementContent[] {
  const clean = value.replace(/[\u200b\ufeff\u00ad]/g, '').replaceAll('\u00a0', ' ')
  return clean
    .split(taskMark)
    .filter((part) => part !== '')
    .map((part) => (part === taskDone || part === taskOpen ? checkbox(part === taskDone) : text(part)))
}

const taskMark = new RegExp(`([${taskDone}${taskOpen}])`)

function checkbox(checked: boolean): Element {
  return make('input', { type: 'checkbox', checked })
}

function convertLink(element: DomElement, place: Place): ElementContent[] {
  const children = childrenOf(element, place)
  const address = element.getAttribute('href') ?? undefined
  // The sign beside a heading by which it can be linked to.
  if (address?.startsWith('#') && /^[\s#¶§🔗]*$/u.test(element.textContent) && !children.some(hasImage)) return []
  if (children.every(isBlank)) return children.slice(0, 1)
  const href = place.links.link(address)
  return href === undefined ? children : blanksOutside(make('a', { href, ...titleOf(element) }, children))
}

function convertImage(element: DomElement, { links }: Place): ElementContent[] {
  const src = links.source(element.getAttribute('src') ?? undefined)
  if (src === undefined) return []
  return [make('img', { src, alt: element.getAttribute('alt') ?? '', ...titleOf(element) })]
}

function convertCodeBlock(element: DomElement, place: Place): ElementContent[] {
  const value = element.textContent
  if (value.trim() === '') return []
  if (place.isInline) return [make('code', {}, [text(value.replace(/\s+/g, ' ').trim())])]
  const language = /(?:^|\s)language-(\S+)/.exec(element.querySelector('code')?.className ?? '')?.[1]
  return [
    make('pre', {}, [
      make('code', language === undefined ? {} : { className: [`language-${language}`] }, [text(value)]),
    ]),
  ]
}

function convertCode(element: DomElement, place: Place): ElementContent[] {
  const value = element.textContent
  if (value.trim() === '') return value === '' ? [] : [space]
  const code = make('code', {}, [text(value.replace(/\s+/g, ' '))])
  // GitHub's two notations for formulas in which nothing can be anything but TeX: $`x`$ and a block of the language math.
  if (element.className === inlineFormula) return [text('$'), code, text('$')]
  if (element.className === displayedFormula && !place.isInline) return [mathBlock(value)]
  // In API references the names in code are links: [`Name`](…) keeps both, `[Name](…)` neither.
  const only = element.firstChild as DomElement | null
  if (only?.localName !== 'a' || only.nextSibling !== null) return [code]
  return convertLink(only, place).map((part) => (isElement(part, 'a') ? { ...part, children: [code] } : code))
}

function convertTable(element: DomElement, place: Place): ElementContent[] {
  const isInTable = !isLayoutTable(element)
  const children = childrenOf(element, { ...place, isInTable })
  if (place.isInline) return [space, ...children, space]
  if (!isInTable) return [make('div', {}, children)]
  const captions = children.filter((child): child is Element => isElement(child, 'caption'))
  const rows = children.filter((child) => !isElement(child, 'caption'))
  return [
    ...captions.map((caption) => make('p', {}, caption.children)),
    ...(rows.every(isBlank) ? [] : [make('table', {}, rows)]),
  ]
}

function convertCell(element: DomElement, place: Place): ElementContent[] {
  if (place.isInline) return [space, ...childrenOf(element, place), space]
  if (!place.isInTable) return [make('div', {}, childrenOf(element, place))]
  const children = childrenOf(element, { ...place, isInline: true, isInTable: false })
  const align = element.getAttribute(alignment)
  return [make(element.localName, { ...(align === null ? {} : { align }), ...cellSpan(element) }, children)]
}

function convertAny(element: DomElement, place: Place): ElementContent[] {
  const name = element.localName
  const children = childrenOf(element, placeInside(name, place))
  const isLine = blockElements.has(name)
  if (children.every(isBlank)) return children.length > 0 && !isLine ? [space] : []
  if (isLine && place.isInline) return [space, ...children, space]
  if (!place.isInTable && tableParts.has(name)) return [make('div', {}, children)]
  // Neither emphasis nor a paragraph can hold blocks; a broken page, or a summary with a heading, has them there.
  if (!isLine && (children.some(isBlock) || place.formats.has(formatOf(name)))) return children
  const isDivision = (name === 'p' || name === 'summary') && children.some(isBlock)
  const made = make(isDivision ? 'div' : name, name === 'ol' ? listProperties(element) : {}, children)
  return formatOf(name) === '' ? [made] : blanksOutside(made)
}

function placeInside(name: string, place: Place): Place {
  // A heading is strong already.
  if (headings.has(name)) return { ...place, isInline: true, formats: new Set([...place.formats, 'strong']) }
  const format = formatOf(name)
  return format === '' || place.formats.has(format) ? place : { ...place, formats: new Set([...place.formats, format]) }
}

function formatOf(name: string): string {
  return formats.get(name) ?? ''
}

const formats: ReadonlyMap<string, string> = new Map([
  ['strong', 'strong'],
  ['b', 'strong'],
  ['em', 'em'],
  ['i', 'em'],
  ['var', 'em'],
  ['del', 'del'],
  ['s', 'del'],
  ['strike', 'del'],
])

function listProperties(element: DomElement): Properties {
  const start = Number.parseInt(element.getAttribute('start') ?? '', 10)
  return Number.isSafeInteger(start) && start >= 0 && start < 1e9 ? { start } : {}
}

function titleOf(element: DomElement): Properties {
  const title = element.getAttribute('title')?.trim()
  return title ? { title } : {}
}

function mathBlock(tex: string): Element {
  return make('pre', {}, [make('code', { className: ['language-math'] }, [text(tex)])])
}

/** The blanks at the ends of emphasis and of links stand outside: Markdown cannot have them inside. */
function blanksOutside(element: Element): ElementContent[] {
  const [first, last] = [element.children[0], element.children.at(-1)]
  const before = first?.type === 'text' && /^\s/.test(first.value) ? [space] : []
  const after = last?.type === 'text' && /\s$/.test(last.value) ? [space] : []
  const children = element.children.map((child) => {
    if (child.type !== 'text' || (child !== first && child !== last)) return child
    const value = child === first ? child.value.trimStart() : child.value
    return text(child === last ? value.trimEnd() : value)
  })
  return [...before, { ...element, children }, ...after]
}

function make(tagName: string, properties: Properties = {}, children: ElementContent[] = []): Element {
  return { type: 'element', tagName, properties, children }
}

function text(value: string): ElementContent {
  return { type: 'text', value }
}

const space: ElementContent = text(' ')

function isBlank(node: ElementContent): boolean {
  return node.type === 'text' && node.value.trim() === ''
}

function isElement(node: ElementContent, name: string): node is Element {
  return node.type === 'element' && node.tagName === name
}

function isBlock(node: ElementContent): boolean {
  return node.type === 'element' && blockElements.has(node.tagName)
}

function hasImage(node: ElementContent): boolean {
  return node.type === 'element' && (node.tagName === 'img' || node.children.some(hasImage))
}
