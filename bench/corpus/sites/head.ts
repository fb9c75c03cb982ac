import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import type { Site } from './site.ts'

/** `<meta charset>` where the page declares one there; nothing otherwise. */
export function charsetMeta(article: Fragment): string {
  return article.declared === 'both' || article.declared === 'meta' ? `<meta charset="${article.charsetLabel}">` : ''
}

/** `<base>` where the article has one. */
export function baseTag(article: Fragment): string {
  return article.base === undefined ? '' : `<base href="${escapeHtml(article.base)}">`
}

/** What the site calls itself, escaped for HTML. */
export function siteName(site: Site, article: Fragment): string {
  return escapeHtml(article.siteName ?? site.name)
}

/** Open Graph and Twitter cards, description, author and canonical link. */
export function metaTags(site: Site, article: Fragment): string {
  const title = escapeHtml(article.title)
  const description = escapeHtml(article.description)
  const url = escapeHtml(site.origin + article.path)
  return [
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="description" content="${description}">`,
    article.byline === undefined ? '' : `<meta name="author" content="${escapeHtml(article.byline)}">`,
    `<link rel="canonical" href="${url}">`,
    `<meta property="og:type" content="article">`,
    `<meta property="og:title" content="${title}">`,
    `<meta property="og:description" content="${description}">`,
    `<meta property="og:url" content="${url}">`,
    `<meta property="og:site_name" content="${siteName(site, article)}">`,
    `<meta property="og:locale" content="${article.language.replace('-', '_')}">`,
    article.publishedAt === undefined
      ? ''
      : `<meta property="article:published_time" content="${article.publishedAt}">`,
    `<meta name="twitter:card" content="summary_large_image">`,
    `<meta name="twitter:title" content="${title}">`,
  ]
    .filter((tag) => tag !== '')
    .join('\n')
}

/** The article as schema.org JSON-LD. */
export function jsonLd(site: Site, article: Fragment, type: string, more: object = {}): string {
  const graph = {
    '@context': 'https://schema.org',
    '@type': type,
    headline: article.title,
    inLanguage: article.language,
    mainEntityOfPage: site.origin + article.path,
    ...(article.publishedAt === undefined ? {} : { datePublished: article.publishedAt }),
    ...(article.byline === undefined ? {} : { author: { '@type': 'Person', name: article.byline } }),
    publisher: { '@type': 'Organization', name: article.siteName ?? site.name, url: site.origin },
    ...more,
  }
  return `<script type="application/ld+json">${JSON.stringify(graph).replaceAll('<', '\\u003c')}</script>`
}

/** `2026-05-12T06:40:00Z` as `12 May 2026`, in the language of the page. */
export function displayDate(article: Fragment): string {
  if (article.publishedAt === undefined) return ''
  const [year, month, day] = article.publishedAt.slice(0, 10).split('-').map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.toLocaleDateString(article.language, { dateStyle: 'long', timeZone: 'UTC' })
}
