import type { DomElement } from '../parse/dom.ts'

/** Kinds of what stands on a page and is not its content. */
export type Boilerplate = 'consent' | 'hidden' | 'furniture' | 'comments'

/**
 * What an element declares itself to be, by its name, its role (WAI-ARIA) and the words in its class and id; undefined for
 * content. `isInContent`: it stands inside <main> or <article>.
 */
export function boilerplateOf(element: DomElement, isInContent: boolean): Boilerplate | undefined {
  const name = element.localName
  if (neverBoilerplate.has(name)) return undefined
  const role = element.getAttribute('role') ?? ''
  const words = wordsOf(element)
  if (name === 'dialog' || role === 'dialog' || role === 'alertdialog' || consentWords.test(words)) return 'consent'
  if (isHidden(element)) return 'hidden'
  if (name === 'nav' || furnitureRoles.has(role)) return 'furniture'
  if (name === 'footer') return element.parentNode?.localName === 'blockquote' ? undefined : 'furniture'
  if (commentWords.test(words)) return 'comments'
  const isFurniture = furnitureWords.test(words) || role === 'banner' || (name === 'header' && !isInContent)
  return isFurniture && element.querySelector('h1,pre') === null ? 'furniture' : undefined
}

const neverBoilerplate: ReadonlySet<string> = new Set(
  'html body main article h1 h2 h3 h4 h5 h6 p pre code table tbody thead tr td th img br em strong b i'.split(' '),
)

const furnitureRoles: ReadonlySet<string> = new Set(
  'navigation search contentinfo menu menubar toolbar tablist alert status'.split(' '),
)

const word = (list: string): RegExp => new RegExp(` (?:${list.replaceAll(' ', '|')}) `)

const consentWords = word('cookies? consent gdpr ccpa cmp onetrust cookiebot didomi usercentrics')
const commentWords = word('comments? commentlist disqus responses? respond')
const furnitureWords = word(
  'breadcrumbs? pagination pager share sharing sharebar social newsletter subscribe signup promo adverts? advertisement ads? sponsor sponsored outbrain taboola related recommended recommendations signature postprofile editsection skip skiplink',
)

/** The words of class and id, in lower case, each between blanks: `CookieBar post-share` is ` cookie bar post share `. */
function wordsOf(element: DomElement): string {
  const names = `${element.className} ${element.getAttribute('id') ?? ''}`
  if (names === ' ' || names.length > maxNames) return ''
  const words = names.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^a-zA-Z]+/g, ' ')
  return ` ${words.toLowerCase()} `
}

/** In UTF-16 units; longer lists are machine-made and say nothing. */
const maxNames = 1000

/** Hidden as the page arrives. Of inline styles the parse keeps only those that hide. */
function isHidden(element: DomElement): boolean {
  const isAside = element.getAttribute('aria-hidden') === 'true' || element.getAttribute('hidden') !== null
  return isAside || element.getAttribute('style') !== null
}
