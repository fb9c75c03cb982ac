import type { Facts } from '../parse/facts.ts'
import { isoMoment } from './dates.ts'
import { type LinkedFacts, readJsonLd } from './json-ld.ts'
import { chooseTitle } from './title.ts'

/** What a page says about itself. */
export interface Metadata {
  readonly title: string | null
  readonly byline: string | null
  /** ISO 8601. */
  readonly publishedAt: string | null
  /** BCP 47. */
  readonly language: string | null
}

/**
 * Chooses among what JSON-LD, OpenGraph, `<meta>`, `<time>`, `<h1>`, `<title>` and `<html lang>` say. `foundByline` is a name that
 * extraction found in the text; it counts when no declaration names an author.
 */
export function metadataOf(facts: Facts, foundByline: string | null): Metadata {
  const linked = readJsonLd(facts.jsonLd)
  return {
    title: chooseTitle(facts, linked),
    byline: bylineOf(facts, linked, foundByline),
    publishedAt: publishedAtOf(facts, linked),
    language: languageOf(facts, linked),
  }
}

function bylineOf(facts: Facts, linked: LinkedFacts, found: string | null): string | null {
  const candidates = [linked.author, ...authorNames.map((name) => facts.meta.get(name)), found ?? undefined]
  return candidates.map(cleanByline).find((byline) => byline !== undefined) ?? null
}

const authorNames =
  'author article:author dc.creator dcterms.creator parsely-author sailthru.author byl citation_author'.split(' ')

function cleanByline(byline: string | undefined): string | undefined {
  const name = byline
    ?.replace(/\s+/g, ' ')
    .replace(/^\s*(?:by|von|par|por|di|door|av|af|written by|author|text)\b[:\s]+/i, '')
    .replace(/^[\s|·•–—-]+|[\s|·•–—,-]+$/g, '')
    .trim()
  if (!name || name.length > maxByline || /^(?:https?:|@|www\.)/i.test(name)) return undefined
  return name
}

/** In UTF-16 units; what is longer is a sentence, not a name. */
const maxByline = 120

function publishedAtOf(facts: Facts, linked: LinkedFacts): string | null {
  const candidates = [
    linked.publishedAt,
    ...publicationNames.map((name) => facts.meta.get(name)),
    facts.publicationTime,
    facts.time,
  ]
  return candidates.map((moment) => isoMoment(moment)).find((moment) => moment !== undefined) ?? null
}

const publicationNames =
  'article:published_time og:published_time og:article:published_time datepublished date pubdate publishdate publish-date publish_date date.issued dc.date dc.date.issued dcterms.date dcterms.created dcterms.issued parsely-pub-date sailthru.date citation_publication_date article.published cxenseparse:recs:publishtime'.split(
    ' ',
  )

function languageOf(facts: Facts, linked: LinkedFacts): string | null {
  const candidates = [facts.language, facts.meta.get('content-language'), linked.language, facts.meta.get('og:locale')]
  return candidates.map(canonicalLanguage).find((language) => language !== undefined) ?? null
}

/** The first of a list of tags in its canonical form: `en_us, fr` is `en-US`. Undefined for what is no tag. */
function canonicalLanguage(tags: string | undefined): string | undefined {
  const tag = tags?.split(',', 1)[0]?.trim().replaceAll('_', '-')
  if (!tag) return undefined
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}
