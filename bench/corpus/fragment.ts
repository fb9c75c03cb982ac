import type { CharsetDeclaration, Kind } from './page.ts'

/** The main content of one page, as a person wrote it: the ground truth that a site wraps in its chrome. */
export interface Fragment {
  /** File name without its extension. */
  readonly name: string
  readonly site: string
  readonly kind: Kind
  readonly path: string
  readonly title: string
  readonly language: string
  readonly byline: string | undefined
  /** ISO 8601. */
  readonly publishedAt: string | undefined
  readonly description: string
  /** Overrides the name of the site, for one that speaks another language. */
  readonly siteName: string | undefined
  /** Name of the encoding in the Encoding Standard. */
  readonly charset: string
  readonly declared: CharsetDeclaration
  /** What the page calls its charset, where that is an alias or a lie. */
  readonly charsetLabel: string
  /** Value of `<base href>`. */
  readonly base: string | undefined
  /** Which of a site's variants: the highlighter of a documentation page, say. */
  readonly flavour: string | undefined
  readonly comments: number
  /** How much boilerplate, as a multiple of what the site has by default. */
  readonly weight: number
  /** Written with unclosed and misnested tags. */
  readonly broken: boolean
  readonly demo: boolean
  readonly contains: readonly string[]
  readonly markdown: readonly string[]
  /** Clean HTML without title and byline. */
  readonly html: string
}

const known = new Set(
  'site kind path title language byline published description sitename charset declared label base flavour comments weight broken demo contains markdown'.split(
    ' ',
  ),
)

/**
 * Reads a file of `pages/`: an HTML comment of `key: value` lines (`contains` and `markdown` may repeat), then the content.
 *
 * @throws Error that names the file, for a missing or an unknown key
 */
export function parseFragment(name: string, source: string): Fragment {
  const end = source.indexOf('\n-->\n')
  if (!source.startsWith('<!--\n') || end < 0) throw new Error(`${name}: expected a front block between <!-- and -->`)
  const front = readFront(name, source.slice(5, end))
  const one = (key: string): string | undefined => front.get(key)?.[0]
  const required = (key: string): string => {
    const value = one(key)
    if (value === undefined) throw new Error(`${name}: expected the key "${key}" in the front block`)
    return value
  }
  const charset = one('charset') ?? 'utf-8'
  return {
    name,
    site: required('site'),
    kind: required('kind') as Kind,
    path: required('path'),
    title: required('title'),
    language: one('language') ?? 'en',
    byline: one('byline'),
    publishedAt: one('published'),
    description: one('description') ?? required('title'),
    siteName: one('sitename'),
    charset,
    declared: (one('declared') ?? 'both') as CharsetDeclaration,
    charsetLabel: one('label') ?? charset,
    base: one('base'),
    flavour: one('flavour'),
    comments: Number(one('comments') ?? 6),
    weight: Number(one('weight') ?? 1),
    broken: one('broken') === 'yes',
    demo: one('demo') !== 'no',
    contains: front.get('contains') ?? [],
    markdown: front.get('markdown') ?? [],
    html: source.slice(end + 5).trim(),
  }
}

function readFront(name: string, block: string): Map<string, string[]> {
  const front = new Map<string, string[]>()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ')
    const key = line.slice(0, colon)
    if (!known.has(key)) throw new Error(`${name}: unknown line in the front block: ${line}`)
    // The rest of the line is kept as it is: the indent of a nested list item is part of what must be found.
    front.set(key, [...(front.get(key) ?? []), line.slice(colon + 2)])
  }
  return front
}
