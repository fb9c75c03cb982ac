import type { Parents, Text } from 'mdast'
import { defaultHandlers, type Handle, type Info, type State } from 'mdast-util-to-markdown'

/**
 * Writes running text: what would mean something in Markdown is escaped, and no more than that. Most text holds nothing of the
 * kind and goes out as it is; looking for each danger is what takes the time.
 */
export const writeText: Handle = (node: Text, parent: Parents | undefined, state: State, info: Info) => {
  if (isHarmless(node.value, info)) return node.value
  const escaped = defaultHandlers.text(node, parent, state, info).replace(needlessEscape, '&')
  return escaped.replace(/\S+/g, (run: string, at: number) => {
    const isCut = at + run.length === escaped.length && /^\S/.test(info.after)
    return isCut || run.includes('\\') ? run.replace(addressSign, '\\$&') : run
  })
}

function isHarmless(value: string, { before, after }: Info): boolean {
  if (/[\n\r\t`*_[\]<\\~|!#]|&#?\w{1,32};|^\(/.test(value)) return false
  if (/[\n\r]$/.test(before) && /^\s*(?:[+\-.:=>]|\d+[.)])|^\s/.test(value)) return false
  if (/^[\n\r]/.test(after) && /\s$/.test(value)) return false
  return !(/^\S/.test(after) && /[ps]:\/|w\.|@/i.test(lastRun(value)))
}

/** What stands after the last space. */
function lastRun(value: string): string {
  let from = value.length
  while (from > 0 && !/\s/.test(value[from - 1] as string)) from -= 1
  return value.slice(from)
}

/** AT&T is no character reference: only what ends in a semicolon is one. */
const needlessEscape = /\\&(?=[#A-Za-z])(?!#?\w{1,32};)/g

/**
 * Addresses in text are left alone, so that they can be read and followed; GitHub makes links of them. But such a link takes in
 * everything up to the next space, escapes as well, so an address that has an escape in it, or something other than text right
 * after it, must not become one.
 */
const addressSign = /(?<=[ps]):(?=\/)|(?<=w)\.(?=[-.\w])|(?<=[-+.\w])@(?=[-.\w])/gi
