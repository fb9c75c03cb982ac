import { suggestion } from '../../core/suggestion.ts'
import { inputName, itemsName, type KnownNames, type Shape, topNames } from './names.ts'
import type { Node, TemplateFault } from './tokens.ts'

/** What a template refers to. */
export interface References {
  readonly faults: TemplateFault[]
  /** Results by name, those of collected items included. */
  readonly results: Set<string>
  /** It holds more than fields of the input: a result, the whole input, or what was collected. */
  hasText: boolean
}

/** Whether every name of a template is known where it stands, and which results it uses. */
export function referencesOf(nodes: readonly Node[], names: KnownNames): References {
  const found: References = { faults: [], results: new Set(), hasText: false }
  check(nodes, [{ names }], found)
  return found
}

/** The same for a single path: of a filter, say. @returns what is wrong with it */
export function pathFault(path: string, names: KnownNames, results: Set<string>): string | undefined {
  const found: References = { faults: [], results, hasText: false }
  const place = resolve(path, [{ names }], found)
  return typeof place === 'string' ? place : undefined
}

/** What names are looked up in, from the outside in: an item, or a value that a section stands on. */
type Frame =
  | { readonly names: KnownNames; readonly shape?: undefined }
  | {
      readonly shape: Shape
      readonly names?: undefined
      /** It is what all the names stand for, dots and all. */
      readonly isWhole?: true
      /** A column of a table, which has no fields. */
      readonly isText?: true
    }

function check(nodes: readonly Node[], frames: readonly Frame[], found: References): void {
  for (const node of nodes) {
    if (node.kind === 'text') continue
    const inner = resolve(node.name, frames, found)
    if (typeof inner === 'string') found.faults.push({ message: inner, start: node.start, end: node.end })
    else if (node.kind === 'section') check(node.nodes, node.isInverted ? frames : [...frames, inner], found)
  }
}

/** What a name stands for, or why it stands for nothing. */
function resolve(name: string, frames: readonly Frame[], found: References): Frame | string {
  if (name === '.') return here(frames.at(-1)!, found)
  const [first = '', ...rest] = name.split('.')
  let mayBe = false
  for (const frame of frames.toReversed()) {
    const place = lookUp(first, name, frame, found)
    if (place === 'may be') mayBe = true
    else if (place !== undefined) return inside(place, first, rest)
  }
  if (mayBe) return { shape: {} }
  const known = frames
    .toReversed()
    .flatMap((frame) => (frame.names ? topNames(frame.names) : (frame.shape.fields ?? [])))
  return `unknown name ${first || name}${suggestion(first || name, new Set(known))}`
}

function here(frame: Frame, found: References): Frame {
  const text = frame.names?.text
  if (text !== undefined) found.results.add(text)
  if (frame.names !== undefined) found.hasText = true
  return frame
}

function lookUp(
  first: string,
  whole: string,
  { names, shape }: Frame,
  found: References,
): Frame | 'may be' | undefined {
  if (shape !== undefined) {
    if (shape.fields === undefined) return 'may be'
    return shape.fields.includes(first) ? { shape: {} } : undefined
  }
  const result = names.results.get(first)
  if (result !== undefined) {
    found.results.add(first)
    found.hasText = true
    return { shape: result }
  }
  // A column may have dots in its name.
  if (names.fields?.includes(whole)) return { shape: {}, isWhole: true }
  if (names.fields?.includes(first)) return { shape: {}, isText: true }
  if (first === inputName && names.items === undefined) {
    found.hasText = true
    return { shape: names.fields === undefined ? {} : { fields: names.fields } }
  }
  if (first === itemsName && names.items !== undefined) {
    found.hasText = true
    return { names: names.items }
  }
  return names.fields === undefined && names.items === undefined ? 'may be' : undefined
}

function inside(place: Frame, first: string, rest: readonly string[]): Frame | string {
  const [next] = rest
  const fields = place.shape?.fields
  if (next === undefined || (place.names === undefined && place.isWhole)) return place
  if (place.names === undefined && place.isText) return `${first} is a column of texts: it has no field ${next}`
  if (fields === undefined || fields.length === 0 || fields.includes(next)) return { shape: {} }
  return `${first} has no field ${next}${suggestion(next, fields)}`
}
