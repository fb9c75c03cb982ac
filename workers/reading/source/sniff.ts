/** The root element of a document. */
export interface RootElement {
  readonly name: string
  /** An XML declaration stands before it, or its name is one of a known XML format. */
  readonly isXml: boolean
  readonly isXhtml: boolean
}

/** The first element of a text, past comments, processing instructions and a document type; undefined when text comes first. */
export function rootElement(text: string): RootElement | undefined {
  const opening = text.slice(0, maxPrologue)
  const prologue =
    /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!doctype[^>[]*(?:\[[^\]]*\]\s*)?>)*/i.exec(opening)?.[0] ?? ''
  const tag = /^<([a-z_][\w.:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)/i.exec(opening.slice(prologue.length))
  if (tag === null) return undefined
  const [, name = '', attributes = ''] = tag
  const local = name.toLowerCase().replace(/^.*:/, '')
  const isXhtml = local === 'html' || attributes.includes('http://www.w3.org/1999/xhtml')
  // A fragment of HTML may open with a sprite of icons: only a text that is one <svg> is an image.
  const isImage = local === 'svg' && text.trimEnd().endsWith('</svg>')
  return { name, isXhtml, isXml: isImage || xmlRoots.has(name.toLowerCase()) || /^\s*<\?xml\s/.test(prologue) }
}

/** Whether a text of unknown kind opens as HTML does: the pattern table of the MIME Sniffing Standard, section 7.1. */
export function startsLikeHtml(text: string): boolean {
  return /^\s*<(?:(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]|!--)/i.test(
    text.slice(0, maxPrologue),
  )
}

/** What kind of JSON the text is, when it is nothing but JSON. */
export function jsonIn(text: string): string | undefined {
  const opening = /^\s*([[{])/.exec(text.slice(0, maxPrologue))?.[1]
  if (opening === undefined) return undefined
  if (/[\]}]\s*$/.test(text.slice(-maxPrologue)) && parses(text)) return 'JSON'
  const line = text.trimStart().split('\n', 1)[0] ?? ''
  return opening === '{' && parses(line) ? 'JSON Lines' : undefined
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** How far into a text its prologue may reach, in UTF-16 units. */
const maxPrologue = 8192

/** Roots of XML that servers send as HTML or without a declaration. */
const xmlRoots = new Set('rss feed rdf:rdf urlset sitemapindex opml soap:envelope'.split(' '))
