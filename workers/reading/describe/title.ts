import type { Facts } from '../parse/facts.ts'
import type { LinkedFacts } from './json-ld.ts'

/**
 * The title of the page without the name of the site. The first heading is it when the declared title says the same; otherwise
 * what is declared for sharing (JSON-LD, OpenGraph) comes first, then `<title>`, then the heading.
 */
export function chooseTitle(facts: Facts, linked: LinkedFacts): string | null {
  const siteName = clean(facts.meta.get('og:site_name') ?? facts.meta.get('application-name') ?? linked.siteName)
  const shared = withoutSite(clean(facts.meta.get('og:title') ?? facts.meta.get('twitter:title')), siteName)
  const declared = clean(facts.title)
  const heading = clean(facts.heading)
  const isTitle = heading !== '' && heading !== siteName && (saysSame(heading, declared) || saysSame(heading, shared))
  return (isTitle ? heading : clean(linked.headline) || shared || withoutSite(declared, siteName) || heading) || null
}

/** Whether a heading is the main part of a title, and not the name of the site at its end. */
function saysSame(heading: string, title: string): boolean {
  const longest = longestOf(title.split(separator))
  return (
    title.includes(heading) &&
    heading.length * 2 >= longest.length &&
    (longest.includes(heading) || heading.includes(longest))
  )
}

function withoutSite(title: string, siteName: string): string {
  const parts = title.split(separator)
  if (parts.length < 2) return title
  if (siteName !== '') {
    const others = parts.filter((part) => !isSite(part, siteName))
    if (others.length < parts.length && others.length > 0) return rejoin(title, others)
  }
  // Unknown name: the title comes first and the site last, unless the first part is too short to be the title.
  const [first = ''] = parts
  const longest = longestOf(parts)
  const part = first.length * 2 >= longest.length ? first : longest
  return part.length >= minTitle ? part.trim() : title
}

/** The part of the title from the first to the last of these parts, with its own separators. */
function rejoin(title: string, parts: readonly string[]): string {
  const from = title.indexOf(parts[0] ?? '')
  const last = parts.at(-1) ?? ''
  return title.slice(from, title.indexOf(last, from) + last.length).trim()
}

function isSite(part: string, siteName: string): boolean {
  const [a, b] = [part.toLowerCase().trim(), siteName.toLowerCase()]
  return a === b || (a.length >= 4 && b.includes(a)) || (b.length >= 4 && a.includes(b) && a.length < b.length * 2)
}

function longestOf(parts: readonly string[]): string {
  return parts.toSorted((a, b) => b.length - a.length)[0] ?? ''
}

const separator = /\s+[|–—\-·•»«/\\]\s+|\s*[|»]\s*|\s+::\s+/
const minTitle = 12

function clean(text: string | undefined): string {
  return text?.replace(/\s+/g, ' ').trim() ?? ''
}
