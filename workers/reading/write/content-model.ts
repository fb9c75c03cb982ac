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
  if (wanted !== undefined)
    node.children = children.map((child) => (child.type === wanted ? child : wrap(child, wanted))) as never[]
  else if (flowParents.has(node.type)) node.children = wrapPhrasing(children) as never[]
  else if (phrasingParents.has(node.type))
    node.children = dropUnwritableEmphasis(joinText(children.flatMap(phrasingIn))) as never[]
  if (trimmed.has(node.type)) trimEnds(node.children as PhrasingContent[])
  for (const child of node.children) if ('children' in child) keepContentModel(child)
}

/** Parents that hold one kind of child. */
const onlyChildren: Readonly<Record<string, 'listItem' | 'tableRow' | 'tableCell'>> = {
  list: 'listItem',
  table: 'tableRow',
  tableRow: 'tableCell',
}

function wrap(child: RootContent, type: 'listItem' | 'tableRow' | 'tableCell'): Nodes {
  return { type, children: [child] } as Nodes
}

const flowParents: ReadonlySet<string> = new Set(['root', 'blockquote', 'listItem'])
const phrasingParents: ReadonlySet<string> = new Set(
  'paragraph heading tableCell emphasis strong delete link'.split(' '),
)
/** White space at their ends means nothing. */
const trimmed: ReadonlySet<string> = new Set('paragraph heading tableCell'.split(' '))
const phrasing: ReadonlySet<string> = new Set('text emphasis strong delete link image inlineCode break'.split(' '))

/** Puts each run of phrasing content into a paragraph. */
function wrapPhrasing(children: readonly RootContent[]): RootContent[] {
  if (!children.some((child) => phrasing.has(child.type))) return [...children]
  const wrapped: RootContent[] = []
  for (const child of children) {
    const last = wrapped.at(-1)
    if (!phrasing.has(child.type)) wrapped.push(child)
    else if (last?.type === 'paragraph' && open.has(last)) last.children.push(child as PhrasingContent)
    else {
      const paragraph: RootContent = { type: 'paragraph', children: [child as PhrasingContent] }
      open.add(paragraph)
      wrapped.push(paragraph)
    }
  }
  return wrapped
}

/** The paragraphs made here: text after one that was there before does not belong to it. */
const open = new WeakSet<RootContent>()

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
  return node?.type === 'break' || (node?.type === 'text' && node.value.trim() === '')
}

function space(): PhrasingContent {
  return { type: 'text', value: ' ' }
}
