import { Failure } from '../../src/core/failure.ts'

/** A text, or something that holds one: a page as weft reads it has it as `markdown`. */
export type TextSource = string | { readonly text: string } | { readonly markdown: string }

/**
 * @param what the step, as the caller wrote it
 * @throws Failure `INVALID_INPUT`
 */
export function textOf(source: TextSource, what: string): string {
  const { text, markdown } = Object(source) as { readonly text?: unknown; readonly markdown?: unknown }
  const found = typeof source === 'string' ? source : (text ?? markdown)
  if (typeof found === 'string') return found
  const got = source === null ? 'null' : Array.isArray(source) ? 'an array' : typeof source
  throw new Failure('INVALID_INPUT', `${what}: expected a text, { text }, or a page with its markdown, got ${got}`)
}

/** The texts of a step's items, by the accessor that it was given, or as they are. */
export function textsFrom<T>(items: readonly T[], text: ((item: T) => string) | undefined, what: string): string[] {
  return items.map((item) => textOf(text === undefined ? (item as TextSource) : text(item), what))
}
