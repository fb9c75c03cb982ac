import type { Nodes } from 'mdast'

/**
 * The paragraphs of a Markdown tree as plain text: without code blocks, tables, headings, images, and without what is mostly
 * links, such as a list of them. Items of lists count when they are sentences, or when there is nothing else.
 */
export function proseOf(tree: Nodes): string[] {
  const found: Paragraph[] = []
  collect(tree, false, found)
  const sentences = found.filter(({ text, isItem }) => !isItem || endsSentence.test(text))
  return (sentences.length > 0 ? sentences : found).map(({ text }) => text)
}

interface Paragraph {
  readonly text: string
  readonly isItem: boolean
}

/** [4] after a sentence. */
const footnoteMark = /\[(?:\d{1,3}|[a-z])\]/g

const endsSentence = /[.!?\u3002\uff01\uff1f]["'\u201d\u2019)\u300d]?$/

function collect(node: Nodes, isItem: boolean, found: Paragraph[]): void {
  if (node.type === 'paragraph') {
    const text = textOf(node).replace(footnoteMark, '').replace(/\s+/g, ' ').trim()
    if (text !== '' && linkedLength(node) <= text.length * maxLinked) found.push({ text, isItem })
  } else if (containers.has(node.type) && 'children' in node) {
    for (const child of node.children) collect(child, isItem || node.type === 'listItem', found)
  }
}

const containers: ReadonlySet<string> = new Set(['root', 'blockquote', 'list', 'listItem'])

/** Share of the text of a paragraph that may be links. */
const maxLinked = 0.5

function textOf(node: Nodes): string {
  if (node.type === 'text' || node.type === 'inlineCode') return node.value
  if (node.type === 'break') return ' '
  return 'children' in node ? node.children.map(textOf).join('') : ''
}

function linkedLength(node: Nodes): number {
  if (node.type === 'link') return textOf(node).length
  return 'children' in node ? node.children.reduce((sum, child) => sum + linkedLength(child), 0) : 0
}
