import { isoMoment } from './describe/dates.ts'
import type { Metadata } from './describe/metadata.ts'
import { markdownProse } from './summarise/markdown-prose.ts'

/** Metadata of a Markdown file: from its YAML front matter, if it has one; the title otherwise from its first heading. */
export function describeMarkdown(markdown: string): Metadata {
  const front = frontMatter(markdown)
  const language = front.get('lang') ?? front.get('language')
  return {
    title: front.get('title') ?? firstHeading(markdown),
    byline: front.get('author') ?? null,
    publishedAt: isoMoment(front.get('date') ?? front.get('published')) ?? null,
    language: language !== undefined && /^[a-z]{2,3}(?:-[\w-]+)?$/i.test(language) ? language : null,
  }
}

/** Metadata of plain text: a title if the first line that is not empty is underlined. */
export function describeText(text: string): Metadata {
  const title = /^\s*(\S.*)\r?\n[ \t]*(?:={3,}|-{3,}|\*{3,}|~{3,})[ \t]*(?:\r?\n|$)/
    .exec(text.slice(0, 4096))?.[1]
    ?.trim()
  return { title: title ?? null, byline: null, publishedAt: null, language: null }
}

/** The paragraphs of a Markdown file as plain text. */
export function proseOfMarkdown(markdown: string): string[] {
  return markdownProse(markdown.replace(frontMatterBlock, '').slice(0, maxProse))
}

/** The paragraphs of plain text: runs of lines between empty ones. */
export function proseOfText(text: string): string[] {
  return text
    .slice(0, maxProse)
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '')
}

/** In UTF-16 units: far more than a summary considers. */
const maxProse = 200_000

const frontMatterBlock = /^---[ \t]*\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/

/** The plain `key: value` lines of the front matter. */
function frontMatter(markdown: string): ReadonlyMap<string, string> {
  const block = frontMatterBlock.exec(markdown.slice(0, 8192))?.[1] ?? ''
  const lines = block.matchAll(/^([a-z]\w*):[ \t]+(\S.*?)[ \t]*\r?$/gim)
  return new Map(
    [...lines].map(([, key = '', value = '']) => [key.toLowerCase(), value.replace(/^(['"])(.*)\1$/, '$2')]),
  )
}

/** The first heading, in either notation, that is not inside a code block. */
function firstHeading(markdown: string): string | null {
  const start = markdown.replace(frontMatterBlock, '').slice(0, 65_536)
  const prose = start.replace(/^ {0,3}(`{3,}|~{3,})[\s\S]*?^ {0,3}\1/gm, '')
  const heading = /^ {0,3}(?:#{1,6}[ \t]+(\S.*?)[ \t]*#*|(\S.*)\r?\n {0,3}(?:=+|-{3,}))[ \t]*\r?$/m.exec(prose)
  return (heading?.[1] ?? heading?.[2])?.replace(/[*_`]|!?\[([^\]]*)\]\([^)]*\)/g, '$1').trim() || null
}
