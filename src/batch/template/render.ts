import { fenced } from '../../../models/steps/fence.ts'
import { Failure } from '../../core/failure.ts'
import { nearestName, suggestion } from '../../core/suggestion.ts'
import { textOfItem, textOfResult } from './item-text.ts'
import type { ItemView } from './item-view.ts'
import { inputName, itemsName, type KnownNames, type Shape } from './names.ts'
import type { Node } from './tokens.ts'

/**
 * How values stand in the text: in a prompt, those of steps are fenced and those of the input on one line; in an address, they are
 * percent-encoded, but for one that begins it and those in three braces; in a text, they stand as they are.
 */
export type TemplateKind = 'prompt' | 'address' | 'text'

/** @throws Failure `INVALID_INPUT` for a name that the item does not have */
export function render(nodes: readonly Node[], view: ItemView, names: KnownNames, kind: TemplateKind): string {
  const out = new Rendered(kind)
  write(nodes, [{ view, names }], out)
  return out.text
}

/** A value, and who wrote it: the user, or whatever a step has read. */
interface Found {
  readonly value: unknown
  readonly isForeign: boolean
  /** Of collected items. */
  readonly names?: KnownNames
  /** Of a whole result. */
  readonly shape?: Shape | undefined
}

type Frame =
  | { readonly view: ItemView; readonly names: KnownNames; readonly found?: undefined }
  | { readonly found: Found; readonly view?: undefined }

/** What a name stands for in an item; undefined where it stands for nothing. */
export function valueAt(name: string, view: ItemView, names: KnownNames): unknown {
  return find(name, [{ view, names }])?.value
}

/** Why a name stands for nothing in an item, as a template says it; undefined: it stands for something. */
export function lackOf(name: string, view: ItemView, names: KnownNames): Failure | undefined {
  const frames: readonly Frame[] = [{ view, names }]
  return find(name, frames) === undefined ? unknownName(name, frames) : undefined
}

function write(nodes: readonly Node[], frames: readonly Frame[], out: Rendered): void {
  for (const node of nodes) {
    if (node.kind === 'text') {
      out.add(node.text)
      continue
    }
    const found = find(node.name, frames)
    if (node.kind === 'value') {
      if (found === undefined) throw unknownName(node.name, frames)
      out.addValue(found, node.isRaw)
      continue
    }
    const isEmpty = !found?.value || (Array.isArray(found.value) && found.value.length === 0)
    if (node.isInverted !== isEmpty) continue
    if (isEmpty) write(node.nodes, frames, out)
    else for (const inner of framesOf(found)) write(node.nodes, [...frames, inner], out)
  }
}

function framesOf(found: Found): Frame[] {
  const { value, isForeign, names } = found
  if (names !== undefined) return (value as readonly ItemView[]).map((view) => ({ view, names }))
  return Array.isArray(value) ? value.map((one: unknown) => ({ found: { value: one, isForeign } })) : [{ found }]
}

function find(name: string, frames: readonly Frame[]): Found | undefined {
  if (name === '.') return current(frames.at(-1)!)
  const [first = '', ...rest] = name.split('.')
  for (const frame of frames.toReversed()) {
    const start = lookUp(first, name, frame)
    if (start === undefined) continue
    return start.isWhole ? start : rest.reduce<Found | undefined>(own, start)
  }
  return undefined
}

function current(frame: Frame): Found {
  if (frame.found !== undefined) return frame.found
  return { value: textOfItem(frame.view, frame.names), isForeign: true }
}

function lookUp(first: string, whole: string, frame: Frame): (Found & { readonly isWhole?: true }) | undefined {
  if (frame.found !== undefined) return own(frame.found, first)
  const { view, names } = frame
  if (Object.hasOwn(view.results, first)) {
    return { value: view.results[first], isForeign: true, shape: names.results.get(first) }
  }
  const input: Found = { value: view.input, isForeign: false }
  const dotted = own(input, whole)
  if (dotted !== undefined) return { ...dotted, isWhole: true }
  const field = own(input, first)
  if (field !== undefined) return field
  if (names.items !== undefined && first === itemsName)
    return { value: view.items ?? [], isForeign: true, names: names.items }
  return names.items === undefined && first === inputName ? input : undefined
}

/** Own properties of objects alone: neither `constructor` nor the letters of a text. */
function own(found: Found | undefined, key: string): Found | undefined {
  const { value, isForeign } = found ?? {}
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return { value: (value as Readonly<Record<string, unknown>>)[key], isForeign: isForeign ?? true }
}

function unknownName(name: string, frames: readonly Frame[]): Failure {
  const known = frames.toReversed().flatMap(({ view, found }) => {
    const objects = found === undefined ? [view.results, view.input] : [found.value]
    return objects.flatMap((one) =>
      typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.keys(one) : [],
    )
  })
  const first = name.split('.')[0]!
  // What it has no more of lies deeper: no name at the top is nearer.
  const isDeeper = known.includes(first)
  const nearest = isDeeper ? nearestInside(name, frames) : nearestName(first, new Set(known))
  // What a step gives may differ from item to item, and is not there before it has run.
  const isOfSteps = frames.some(({ view, found }) =>
    view === undefined ? found.isForeign : Object.hasOwn(view.results, first),
  )
  const details = isOfSteps ? {} : { details: { missing: name, ...(nearest === undefined ? {} : { nearest }) } }
  return new Failure(
    'INVALID_INPUT',
    `the item has no ${name}${isDeeper ? (nearest === undefined ? '' : `, did you mean ${nearest}?`) : suggestion(first, new Set(known))}`,
    details,
  )
}

/** The whole path that may be meant, by the keys that stand where its first missing one should. */
function nearestInside(name: string, frames: readonly Frame[]): string | undefined {
  const words = name.split('.')
  const missing = words.findIndex((_, at) => find(words.slice(0, at + 1).join('.'), frames) === undefined)
  const value = find(words.slice(0, missing).join('.'), frames)?.value
  if (missing < 1 || typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const nearest = nearestName(words[missing]!, Object.keys(value))
  return nearest === undefined ? undefined : [...words.slice(0, missing), nearest].join('.')
}

/** A text that is being written. */
class Rendered {
  readonly #kind: TemplateKind
  #endsInBlock = false
  text = ''

  constructor(kind: TemplateKind) {
    this.#kind = kind
  }

  add(text: string): void {
    if (text === '') return
    if (this.#endsInBlock && !text.startsWith('\n')) this.text += '\n'
    this.#endsInBlock = false
    this.text += text
  }

  addValue({ value: whole, shape, isForeign, names }: Found, isRaw: boolean): void {
    const value = textOfResult(whole, shape)
    if (value === null || value === undefined) return
    const text =
      names === undefined ? plain(value) : plain((value as readonly ItemView[]).map((view) => textOfItem(view, names)))
    if (this.#kind === 'address') this.add(isRaw || this.text === '' ? text : encodeURIComponent(text.toWellFormed()))
    else if (this.#kind === 'text') this.add(text)
    else if (isForeign && typeof value !== 'number' && typeof value !== 'boolean') this.#addBlock(fenced([text]))
    else this.add(oneLine(text))
  }

  #addBlock(block: string): void {
    this.text += this.text === '' || this.text.endsWith('\n') ? block : `\n${block}`
    this.#endsInBlock = true
  }
}

/** What the user's own tables hold stays on its line, and cannot pass for another paragraph of the prompt. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

function plain(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
