import { escapeHtml } from '../text.ts'
import type { Filler } from './filler.ts'

/** `<li><a>` of other stories. */
export function storyLinks(filler: Filler, count: number, prefix: string): string {
  return filler.many(count, () => `<li><a href="${prefix}${filler.slug()}">${filler.headline()}</a></li>`)
}

/** `<li><a>` of the sections of a site. */
export function sectionLinks(filler: Filler, count: number, prefix: string): string {
  const sections = filler.chrome.sections.slice(0, count)
  return sections.map((name, at) => `<li><a href="${prefix}${at}/">${escapeHtml(name)}</a></li>`).join('\n')
}

export function footerLinks(filler: Filler, prefix: string): string {
  return filler.chrome.footerLinks
    .map((name, at) => `<li><a href="${prefix}${at}">${escapeHtml(name)}</a></li>`)
    .join('\n')
}

export function person(filler: Filler): string {
  return escapeHtml(filler.pick(filler.chrome.people))
}

/** Puts a block after the n-th paragraph that ends a line; at the end of a text that is too short for it. */
export function insertAfterParagraph(html: string, paragraph: number, block: string): string {
  let at = -1
  for (let left = paragraph; left > 0; left--) {
    const next = html.indexOf('</p>\n', at + 1)
    if (next < 0) return `${html}\n${block}`
    at = next
  }
  return `${html.slice(0, at + 5)}${block}\n${html.slice(at + 5)}`
}
