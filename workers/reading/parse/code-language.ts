import type { Attributes } from './attributes.ts'

/**
 * The language of a code block, from what highlighters leave in the attributes of the block or of an element round it; undefined
 * where they say nothing. In lower case, as GitHub's fences take it. `isCode`: the element is the block itself, so that a class may
 * be the bare name of a language.
 */
export function codeLanguage(attributes: Attributes, isCode: boolean): string | undefined {
  const stated = attributes.get('data-lang') ?? attributes.get('data-language') ?? attributes.get('data-code-language')
  if (stated !== undefined && isLanguage(stated)) return normalise(stated)
  const rendered = attributes.get('lang')?.toLowerCase()
  if (isCode && rendered !== undefined && bareNames.has(rendered)) return rendered
  const classes = attributes.get('class')
  if (classes === undefined || classes.length > maxClasses) return undefined
  const named = patterns
    .map((pattern) => pattern.exec(classes)?.[1])
    .find((name) => name !== undefined && isLanguage(name))
  if (named !== undefined) return normalise(named)
  return isCode
    ? classes
        .split(/\s+/)
        .find((one) => bareNames.has(one.toLowerCase()))
        ?.toLowerCase()
    : undefined
}

/** In UTF-16 units. */
const maxClasses = 500

const bareNames: ReadonlySet<string> = new Set(
  'bash c cpp csharp css diff go graphql html http java javascript js json kotlin lua perl php python r ruby rust scala sh shell sql swift toml ts typescript xml yaml'.split(
    ' ',
  ),
)

const name = '([\\w+#.-]+)'

/** From the surest to the vaguest. */
const patterns: readonly RegExp[] = [
  // Prism, highlight.js, Shiki, Jekyll; Google's prettify
  new RegExp(`(?:^|\\s)(?:language|lang)-${name}`, 'i'),
  // GitHub's own pages: highlight-source-js, highlight-text-html-basic
  new RegExp(`(?:^|\\s)highlight-(?:source|text)-${name}`, 'i'),
  // SyntaxHighlighter: brush: js
  new RegExp(`(?:^|[\\s;])brush:\\s*${name}`, 'i'),
  // Sphinx: highlight-python notranslate
  new RegExp(`(?:^|\\s)highlight-${name}`, 'i'),
  // Pandoc: sourceCode python; highlight.js without a prefix: hljs python
  new RegExp(`(?:^|\\s)(?:sourceCode|hljs|src)\\s+${name}`),
  // Org: src-python
  new RegExp(`(?:^|\\s)src-${name}`),
]

/** Words in these places that name no language. */
const notLanguages =
  /^(?:none|no-?highlight|plain|plaintext|text|txt|default|auto|unknown|undefined|nohighlight|wrapper|box|block|code|copied|table|line.*|numbers?|container|toolbar|inner|theme.*|css-.*|hljs|highlight|sourcecode|notranslate)$/i

/** What people speak: on an element round a block `lang-en` is about the page. */
const spoken = /^(?:ar|de|el|en|es|fr|he|it|ja|ko|nl|pl|pt|ru|tr|uk|zh)(?:-.*)?$/i

function isLanguage(candidate: string): boolean {
  return (
    candidate.length <= 24 && !spoken.test(candidate) && !notLanguages.test(candidate) && /^[\w+#.-]+$/.test(candidate)
  )
}

function normalise(language: string): string {
  const known = language.toLowerCase().replace(/-basic$/, '')
  return aliases.get(known) ?? known
}

/** Names that only one highlighter knows. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['ipython3', 'python'],
  ['ipython', 'python'],
  ['python3', 'python'],
  ['golang', 'go'],
  ['viml', 'vim'],
  ['jscript', 'js'],
])
