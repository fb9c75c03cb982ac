import type { Root as HastRoot } from 'hast'
import { type Handle as HastHandle, defaultHandlers as hastHandlers, toMdast } from 'hast-util-to-mdast'
import type { ListItem, Parents, Root } from 'mdast'
import { gfmStrikethroughToMarkdown } from 'mdast-util-gfm-strikethrough'
import { gfmTableToMarkdown } from 'mdast-util-gfm-table'
import { gfmTaskListItemToMarkdown } from 'mdast-util-gfm-task-list-item'
import { defaultHandlers, type Handle, type Info, type Options, type State, toMarkdown } from 'mdast-util-to-markdown'
import { keepContentModel } from './content-model.ts'
import { writeText } from './text.ts'

/** Turns a hast tree made by `toHast` into a Markdown tree. */
export function markdownTree(tree: HastRoot): Root {
  const made = toMdast(tree, { handlers: elementHandlers, document: true }) as Root
  keepContentModel(made)
  return made
}

/**
 * Writes a Markdown tree: GitHub flavoured, tables without padding. Text that looks like Markdown or like a tag is escaped, so it
 * stays text.
 */
export function writeMarkdown(tree: Root): string {
  return toMarkdown(tree, options)
}

/** Underlining and highlighting mean nothing in Markdown; a variable is emphasised, as in browsers. */
const plain: HastHandle = (state, element) => state.all(element)

/** Items that are one paragraph, with lists under it or not, need no empty lines between them. */
const item: HastHandle = (state, element, parent) => {
  const made = (hastHandlers.li as HastHandle)(state, element, parent) as ListItem
  const [first, ...rest] = made.children
  return {
    ...made,
    spread: rest.some((child) => child.type !== 'list') || (first?.type !== 'paragraph' && rest.length > 0),
  }
}

const elementHandlers: Record<string, HastHandle> = {
  u: plain,
  mark: plain,
  var: hastHandlers.em as HastHandle,
  li: item,
}

/** An item of a long ordered list is told its number; the default looks for the item among all others. */
const listItem: Handle = (node: ListItem, parent: Parents | undefined, state: State, info: Info) => {
  if (parent?.type !== 'list' || !parent.ordered) return defaultListItem(node, parent, state, info)
  const index = state.indexStack.at(-1) ?? 0
  return defaultListItem(node, { ...parent, start: (parent.start ?? 1) + index, children: [node] }, state, info)
}

const taskLists = gfmTaskListItemToMarkdown()
const defaultListItem = taskLists.handlers?.listItem ?? defaultHandlers.listItem

const options: Options = {
  bullet: '-',
  emphasis: '*',
  rule: '-',
  extensions: [
    gfmStrikethroughToMarkdown(),
    gfmTableToMarkdown({ tableCellPadding: true, tablePipeAlign: false }),
    taskLists,
  ],
  handlers: { text: writeText, listItem },
}
