import type { Nodes, Parents, PhrasingContent, RootContent } from 'mdast'
import { dropUnwritableEmphasis } from './emphasis.ts'

/**
 * Makes a Markdown tree keep its own rules, in place: text, emphasis and links stand in paragraphs, headings or cells and nowhere
 * else, and those hold nothing but them. Broken pages give trees that break the rules, and the writer does not escape text where
 * none is supposed to be.
 */
export function keepContentModel(node: Parents): void {
  const children: RootContent[] = node.children
  const wanted = onlyChildren[node.type]
  if (wanted !== undefined) node.children = children.map((child) => asType(child, wanted)) as never[]
  else if (flowParents.has(node.type)) node.children = toFlow(children) as never[]
  else if (phrasingParents.has(node.type)) node.children = toPhrasing(children) as never[]
  if (trimmed.has(node.type)) trimEnds(node.children as PhrasingContent[])
  for (const child of node.children) if ('children' in child) keepContentModel(child)
}

/** Parents that hold one kind of child. */
const onlyChildren: Readonly<Record<string, 'listItem' | 'tableRow' | 'tableCell'>> = {
  list: 'listItem',
  table: 'tableRow',
  tableRow: 'tableCell',
}

function asType(child: RootContent, type: 'listItem' | 'tableRow' | 'tableCell'): Nodes {
  return child.type === type ? child : ({ type, children: [child] } as Nodes)
}

function toPhrasing(children: readonly RootContent[]): PhrasingContent[] {
  return dropUnwritableEmphasis(joinText(children.flatMap(phrasingIn)))
}

const flowParents: ReadonlySet<string> = new Set(['root', 'blockquote', 'listItem'])
const phrasingParents: ReadonlySet<string> = new Set(
  'paragraph heading tableCell emphasis strong delete link'.split(' '),
)
/** White space at their ends means nothing. */
const trimmed: ReadonlySet<string> = new Set('paragraph heading tableCell'.split(' '))
const phrasing: ReadonlySet<string> = new Set('text emphasis strong delete link image inlineCode break'.split(' '))

/** Puts each run of phrasing content into a paragraph, items without a list into one, and what is left of a table too. */
function toFlow(children: readonly RootContent[]): RootContent[] {
  const flow: RootContent[] = []
  let open: RootContent | undefined
  for (const child of children) {
    const place = holderOf(child)
    if (place === undefined) {
      flow.push(child)
      open = undefined
      continue
    }
    if (open?.type !== place.type) {
      open = place
      flow.push(place)
    }
    const parts: readonly RootContent[] = child.type === 'listItem' ? [child] : phrasingIn(child)
    ;(open as Parents).children.push(...(parts as never[]))
  }
  return flow.filter((node) => node.type !== 'paragraph' || !node.children.every(isBlank))
}

/** A new block for what cannot stand among blocks; undefined for what can. */
function holderOf(child: RootContent): RootContent | undefined {
  if (child.type === 'listItem') return { type: 'list', ordered: false, spread: false, children: [] }
  const isLoose = phrasing.has(child.type) || child.type === 'tableRow' || child.type === 'tableCell'
  return isLoose ? { type: 'paragraph', children: [] } : undefined
}

/** The phrasing content of a node, blanks round that of a block. */
function phrasingIn(node: Nodes): PhrasingContent[] {
  if (phrasing.has(node.type)) return [node as PhrasingContent]
  if (node.type === 'code') return [space(), { type: 'inlineCode', value: node.value.replace(/\s+/g, ' ') }, space()]
  return 'children' in node ? [space(), ...node.children.flatMap(phrasingIn), space()] : []
}

/** Neighbouring texts as one, without doubled blanks. */
function joinText(children: readonly PhrasingContent[]): PhrasingContent[] {
  const joined: PhrasingContent[] = []
  for (const child of children) {
    const last = joined.at(-1)
    if (child.type !== 'text') joined.push(child)
    else if (last?.type === 'text') last.value = (last.value + child.value).replace(/ {2,}/g, ' ')
    else if (child.value !== '') joined.push({ ...child })
  }
  return joined
}

function trimEnds(children: PhrasingContent[]): void {
  while (isBlank(children[0])) children.shift()
  while (isBlank(children.at(-1))) children.pop()
  const [first, last] = [children[0], children.at(-1)]
  if (first?.type === 'text') first.value = first.value.trimStart()
  if (last?.type === 'text') last.value = last.value.trimEnd()
}

function isBlank(node: PhrasingContent | undefined): boolean {
  if (node === undefined) return false
  if ('children' in node) return node.children.every(isBlank)
  return node.type === 'break' || (node.type === 'text' && node.value.trim() === '')
}

function space(): PhrasingContent {
  return { type: 'text', value: ' ' }
}
