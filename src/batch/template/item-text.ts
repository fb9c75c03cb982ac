import type { ItemView } from './item-view.ts'
import type { KnownNames, Shape } from './names.ts'

/** What an item says: the last result that holds a text, else its input. */
export function textOfItem(view: ItemView, names: KnownNames): string {
  const { text } = names
  if (text === undefined || !Object.hasOwn(view.results, text)) return textOf(view.input)
  return textOf(textOfResult(view.results[text], names.results.get(text)))
}

/** The text of a result that has one (a page), else the result. */
export function textOfResult(value: unknown, shape: Shape | undefined): unknown {
  if (shape?.text === undefined || typeof value !== 'object' || value === null) return value
  return Object.hasOwn(value, shape.text) ? (value as Readonly<Record<string, unknown>>)[shape.text] : value
}

/** A text, what holds one as `text` or `markdown`, or the JSON of anything else. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') {
    for (const name of ['text', 'markdown'] as const) {
      if (!Object.hasOwn(value, name)) continue
      const held = (value as Readonly<Record<string, unknown>>)[name]
      if (typeof held === 'string') return held
    }
  }
  return JSON.stringify(value)
}

/** A collected item as a document: what it was, and what it says. */
export function documentOf(view: ItemView, names: KnownNames): string {
  const said = textOfItem(view, names)
  return names.text === undefined ? said : `${headOf(view.input)}\n\n${said}`
}

function headOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return textOf(input)
  const lines = Object.entries(input).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return lines.join('\n')
}
