import { createRequire } from 'node:module'
import type { DomDocument, DomElement } from '../parse/dom.ts'
import { proseLength, prune } from './prune.ts'

/** The main content of a page. */
export interface Extracted {
  readonly content: DomElement
  /** The author as Readability found it in the text. */
  readonly byline: string | null
}

/**
 * Finds the main content: boilerplate that declares itself goes first, then Readability decides. Where it keeps clearly less than
 * the page holds, it may have taken a part for the whole (the first answer of a thread, one teaser of a list): then Defuddle
 * decides too, and wins if it keeps clearly more. Prose is what is compared, text outside links.
 *
 * `parse` gives the document anew: both libraries take theirs apart.
 */
export function extract(parse: () => DomDocument, url: string): Extracted {
  const document = pruned(parse)
  const all = proseLength(document.body)
  const article = readability(document)
  const kept = article === undefined ? 0 : proseLength(article.content)
  const isWhole = kept >= all * wholeShare || all - kept < maxLostProse
  if (article !== undefined && isWhole) return article
  const other = alternative(parse, url)
  return article !== undefined && kept >= proseLength(other) * rivalShare
    ? article
    : { content: other, byline: article?.byline ?? null }
}

/** Of the prose of a page Readability may drop three eighths before it is doubted; figures in bench/reading. */
const wholeShare = 5 / 8
/** Of the prose that Defuddle keeps Readability must keep two thirds to be preferred. */
const rivalShare = 2 / 3
/** So much prose may always be missing, in UTF-16 units: menus of themes, a notice. */
const maxLostProse = 500

function pruned(parse: () => DomDocument): DomDocument {
  const document = parse()
  prune(document.body)
  return document
}

/** What Defuddle keeps; for a page that would take it seconds, all that is not boilerplate. */
function alternative(parse: () => DomDocument, url: string): DomElement {
  const document = pruned(parse)
  if (document.querySelectorAll('*').length > maxDefuddleElements) return document.body
  const { content } = new (defuddle())(document, { url }).parse()
  const holder = document.createElement('div')
  holder.innerHTML = content
  return proseLength(holder) > 0 ? holder : document.body
}

/** Defuddle takes about 0.15 ms an element. */
const maxDefuddleElements = 10_000

export function readability(document: DomDocument): Extracted | undefined {
  const article = new Readability(document, options).parse()
  return article === null ? undefined : { content: article.content, byline: article.byline }
}

// Both are CommonJS whose types need the DOM library.
const require = createRequire(import.meta.url)
const { Readability } = require('@mozilla/readability') as { Readability: ReadabilityClass }

/** Rarely needed, hence loaded late. */
function defuddle(): DefuddleClass {
  const loaded = require('defuddle') as DefuddleClass & { default?: DefuddleClass }
  return loaded.default ?? loaded
}

interface ReadabilityClass {
  new (
    document: DomDocument,
    options: object,
  ): { parse(): { readonly content: DomElement; readonly byline: string | null } | null }
}

interface DefuddleClass {
  new (document: DomDocument, options: object): { parse(): { readonly content: string } }
}

const options = {
  /** The content as an element instead of a string: it goes on to become Markdown. */
  serializer: (element: DomElement) => element,
  /** They carry the language of code and the marks of formulas. */
  keepClasses: true,
  /** Metadata has its own reader; here it would cost time. */
  disableJSONLD: true,
  charThreshold: 250,
}
