/** What a template, a filter or a step may name at a place in a job, as far as it is known before anything runs. */
export interface KnownNames {
  /** Of the input, where it is an object whose fields are known. Undefined: it may have any. */
  readonly fields: readonly string[] | undefined
  /** Of the steps so far, with what their results look like. */
  readonly results: ReadonlyMap<string, Shape>
  /** The last result that holds a text: what the item says. Undefined: its input. */
  readonly text: string | undefined
  /** Behind a `collect`: what may be named of each item in `items`. */
  readonly items?: KnownNames
}

/** What a result looks like, as far as that is known. */
export interface Shape {
  /** Where it is an object. Undefined: it may be anything. */
  readonly fields?: readonly string[] | undefined
  /** Which of them is its text, that stands for the whole in a template. */
  readonly text?: string | undefined
}

/** Names that every item has, where neither a result nor a field of the input has them: the whole input, and what was collected. */
export const inputName = 'input'
export const itemsName = 'items'

/** What can be named at the top, for messages. */
export function topNames(names: KnownNames): string[] {
  const own = [...(names.fields ?? []), ...names.results.keys()]
  const always = names.items === undefined ? [inputName] : [itemsName]
  return [...new Set([...own, ...always])]
}
