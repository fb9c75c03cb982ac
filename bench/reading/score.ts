import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { hasLine, hasText, wordF1 } from '../corpus/compare.ts'
import type { Truth } from '../corpus/page.ts'

/** How close a piece of Markdown comes to the truth about its page. */
export interface Score {
  /** Of the words of the rendered Markdown against those of the true text. */
  readonly f1: number
  readonly contains: Count
  readonly excludes: Count
  readonly lines: Count
  /** Pieces of live HTML in the Markdown. No page of the corpus should give any: tags in their text are text. */
  readonly liveHtml: number
}

export interface Count {
  readonly passed: number
  readonly of: number
}

export function score(markdown: string, truth: Truth, origin: string): Score {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
  return {
    f1: wordF1(textOf(tree), truth.text),
    contains: count(truth.contains, (text) => hasText(markdown, text)),
    excludes: count(truth.excludes, (text) => !hasText(markdown, text)),
    lines: count(truth.markdown ?? [], (line) => hasLine(markdown, line, origin)),
    liveHtml: countHtml(tree),
  }
}

export function sum(counts: readonly Count[]): Count {
  return counts.reduce((all, one) => ({ passed: all.passed + one.passed, of: all.of + one.of }), { passed: 0, of: 0 })
}

function count<T>(items: readonly T[], passes: (item: T) => boolean): Count {
  return { passed: items.filter(passes).length, of: items.length }
}

/** The text that a reader of the rendered Markdown sees, blocks apart. */
function textOf(node: Nodes): string {
  if (node.type === 'html') return ''
  if ('value' in node) return node.value
  if (!('children' in node)) return node.type === 'break' ? '\n' : ''
  const isInline = node.type === 'paragraph' || node.type === 'heading' || inline.has(node.type)
  return (node.children as readonly Nodes[]).map(textOf).join(isInline ? '' : '\n')
}

const inline: ReadonlySet<string> = new Set(['emphasis', 'strong', 'delete', 'link', 'linkReference', 'tableCell'])

function countHtml(node: Nodes): number {
  if (node.type === 'html') return 1
  return 'children' in node ? (node.children as readonly Nodes[]).reduce((all, child) => all + countHtml(child), 0) : 0
}
