import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml'
import { messageOf } from '../../../core/failure.ts'
import type { Path } from '../../steps/kind.ts'
import type { JobFault, Locate } from './faults.ts'

export interface ParsedYaml {
  readonly value: unknown
  readonly locate: Locate
  /** Of its syntax. */
  readonly faults: readonly JobFault[]
}

/** In UTF-16 units: what nests too deep is found in less than a second. */
const maxText = 262_144
/** Of all that aliases stand for, in nodes. */
const maxAliases = 100
const tooDeep = 'it nests too deep'

/**
 * The data of a YAML document (1.2, core schema: no tags, no merge keys), and where each part of it stands. Aliases that would multiply are refused.
 *
 * @param shown how the file is called in messages
 */
export function parseYaml(text: string, shown: string): ParsedYaml {
  const counter = new LineCounter()
  const at = (offset: number): string => {
    const { line, col } = counter.linePos(offset)
    return `${shown}:${line}:${col}`
  }
  const whole = (message: string): ParsedYaml => {
    return { value: undefined, locate: () => shown, faults: [{ path: [], elsewhere: shown, message }] }
  }
  if (text.length > maxText) return whole(`expected at most ${maxText} characters, got ${text.length}`)
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, merge: false, stringKeys: true })
    const locate: Locate = (fault) => at(offsetOf(document, fault, text))
    const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => {
      return { path: [], elsewhere: at(pos[0]), message: inWords(message, text.slice(pos[0])) }
    })
    if (faults.length > 0) {
      const deep = faults.find(({ message }) => message === tooDeep)
      // What follows from it, a bracket that is not closed a thousand times, says nothing more.
      return { value: undefined, locate, faults: deep === undefined ? faults : [deep] }
    }
    const value: unknown = document.toJS({ maxAliasCount: maxAliases })
    if (isCircular(value)) return whole('an alias stands within what it is an alias of')
    return { value, locate, faults: [] }
  } catch (thrown) {
    return whole(firstLine(messageOf(thrown)))
  }
}

/** @param rest the document from where it is wrong */
function inWords(message: string, rest: string): string {
  if (/stringKeys/.test(message) && !/^\{/.test(rest)) return 'expected a name, a text, before the colon'
  if (/multiple documents/.test(message)) return 'expected one document: a file is one job'
  if (/^\{\{|^\{\s*\w+\s*\}\}/.test(rest)) return 'a text with {{ }} stands in quotes: "{{name}}"'
  return firstLine(message)
}

function isCircular(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return false
  } catch {
    return true
  }
}

function firstLine(message: string): string {
  // The parser's own word for a document that would end its stack.
  return /call stack/.test(message) ? tooDeep : message.split('\n')[0]!
}

function offsetOf(document: Document<ParsedNode>, fault: JobFault, text: string): number {
  const { node, key } = nodeAt(document, fault.path)
  const chosen = (fault.atName ? key : undefined) ?? node ?? key
  const [start = 0, end = start] = chosen?.range ?? []
  return fault.tag === undefined ? start : occurrence(text, fault.tag, start, end)
}

/** Where a part of a text stands in the file: it is written there as it is, in whatever style. */
function occurrence(text: string, tag: { text: string; nth: number }, start: number, end: number): number {
  let at = start - 1
  for (let count = 0; count <= tag.nth; count += 1) {
    const next = text.indexOf(tag.text, at + 1)
    if (next < 0 || next >= end) return start
    at = next
  }
  return at
}

/** What a path leads to, as far as it does, and the name that it stands under. */
function nodeAt(document: Document<ParsedNode>, path: Path): { node: Node | null; key: Node | undefined } {
  let node: Node | null = document.contents
  let key: Node | undefined
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    if (isMap(node)) {
      const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === String(step))
      if (pair === undefined) break
      key = pair.key as Node
      node = (pair.value as Node | null) ?? null
    } else if (isSeq(node) && node.items[Number(step)] !== undefined) {
      node = node.items[Number(step)] as Node
      key = undefined
    } else break
  }
  return { node, key }
}
