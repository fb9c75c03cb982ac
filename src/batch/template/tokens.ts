import mustache from 'mustache'

/** A template as a tree. Places are in UTF-16 units from its beginning. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'value'; readonly isRaw: boolean } & Tag)
  | ({ readonly kind: 'section'; readonly isInverted: boolean; readonly nodes: readonly Node[] } & Tag)

export interface Tag {
  /** What stands in the tag: a name, names with dots between them, or a dot alone. */
  readonly name: string
  readonly start: number
  readonly end: number
}

export interface TemplateFault {
  readonly message: string
  readonly start: number
  /** Of the tag that it is about, where there is one. */
  readonly end: number
}

/** In UTF-16 units. */
export const maxTemplate = 262_144
const maxTag = 300
const maxDepth = 20

/** The tree of a mustache template (https://mustache.github.io/mustache.5.html), or why it is none. Partials and other delimiters are refused. */
export function parseTemplate(source: string): { readonly nodes: readonly Node[]; readonly faults: TemplateFault[] } {
  const refusal = tooLong(source) ?? unclosedTag(source)
  if (refusal !== undefined) return { nodes: [], faults: [refusal] }
  try {
    const faults: TemplateFault[] = []
    // A writer of its own keeps no template for ever.
    const nodes = nodesOf(new mustache.Writer().parse(source) as Token[], faults, 1)
    return { nodes, faults }
  } catch (thrown) {
    return { nodes: [], faults: [sectionFault(thrown, source)] }
  }
}

/** As mustache has it: its kind, its value, where it starts and ends; of a section what stands in it. */
type Token = [kind: string, value: string, start: number, end: number, inner?: Token[]]

function nodesOf(tokens: readonly Token[], faults: TemplateFault[], depth: number): Node[] {
  const nodes: Node[] = []
  for (const [kind, name, start, end, inner = []] of tokens) {
    const fault = (message: string): number => faults.push({ message, start, end })
    if (kind === 'text') nodes.push({ kind: 'text', text: name })
    else if (kind === '>') fault('parts of other files, {{>…}}, are not taken: put the text here')
    else if (kind === '=') fault('other delimiters, {{=…=}}, are not taken: leave them as they are')
    else if (kind === '!') continue
    else if (name === '') fault('expected a name between {{ and }}')
    else if (kind === 'name' || kind === '&') nodes.push({ kind: 'value', isRaw: kind === '&', name, start, end })
    else if (depth > maxDepth) fault(`sections stand in each other at most ${maxDepth} deep`)
    else {
      const section = { name, start, end, nodes: nodesOf(inner, faults, depth + 1) }
      nodes.push({ kind: 'section', isInverted: kind === '^', ...section })
    }
  }
  return nodes
}

function tooLong({ length }: string): TemplateFault | undefined {
  if (length <= maxTemplate) return undefined
  return { message: `expected at most ${maxTemplate} characters, got ${length}`, start: 0, end: 0 }
}

/** Looked for before the parser sees it, whose search for an end is quadratic in the blanks that it meets on its way. */
function unclosedTag(source: string): TemplateFault | undefined {
  for (let start = source.indexOf('{{'); start >= 0; ) {
    const close = source.slice(start, start + maxTag).indexOf('}}')
    const inner = close < 0 ? -1 : source.slice(start + 3, start + close).indexOf('{{')
    if (close < 0 || inner >= 0) return { message: '{{ without }} behind it', start, end: start + 2 }
    start = source.indexOf('{{', start + close + 2)
  }
  return undefined
}

function sectionFault(thrown: unknown, source: string): TemplateFault {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const [, what = '', name = '', at = '0'] = /^(\w+) \w+ "?(.*?)"? ?at (\d+)$/s.exec(message) ?? []
  const isOpen = what === 'Unclosed'
  const tags = [...source.matchAll(isOpen ? /\{\{\s*[#^]([^}]*)\}\}/g : /\{\{\s*\/([^}]*)\}\}/g)]
  const tag = tags.findLast(([, inside], index) => inside!.trim() === name && tags[index]!.index <= Number(at))
  const start = tag?.index ?? 0
  const place = { start, end: start + (tag?.[0].length ?? 0) }
  if (isOpen) return { message: `{{#${name}}} without {{/${name}}} behind it`, ...place }
  return { message: what === 'Unopened' ? `{{/${name}}} without {{#${name}}} before it` : message, ...place }
}
