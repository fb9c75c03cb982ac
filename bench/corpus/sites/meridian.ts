import { insertAfterParagraph, person } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { advert, analytics, appState, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, displayDate, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A server-rendered application: a soup of `div`s with hashed class names, no landmark anywhere, its state as JSON. */
export const meridian: Site = {
  name: 'Meridian',
  origin: 'https://meridian.example',
  page: (article, filler) => {
    const css = hashedNames(filler)
    return `<!DOCTYPE html><html lang="${article.language}"><head>${charsetMeta(article)}${baseTag(article)}<title>${escapeHtml(article.title)} · ${siteName(meridian, article)}</title>${metaTags(meridian, article)}${jsonLd(meridian, article, 'Article')}
${stylesheet(filler, `css-${filler.token(6)}-`, 160)}
<link rel="stylesheet" href="/_next/static/css/${filler.token(16)}.css" data-n-g=""><script defer src="/_next/static/chunks/main-${filler.token(16)}.js"></script></head>
<body><div id="__next">${icons(filler, 12)}
<div class="${css('Shell')}"><div class="${css('TopBar')}">${topBar(article, filler, css)}</div>
<div class="${css('Layout')}"><div class="${css('Sticky')}">${advert(filler, 'skyscraper')}</div>
<div class="${css('Column')}">
<div class="${css('Kicker')}">${filler.pick(filler.chrome.sections)}</div>
<h1 class="${css('Title')}">${escapeHtml(article.title)}</h1>
<div class="${css('Meta')}"><div class="${css('Avatar')}"><img src="/_next/image?url=${filler.token(8)}&amp;w=48&amp;q=75" alt="" width="24" height="24"></div><div class="${css('Name')}">${escapeHtml(article.byline ?? '')}</div><div class="${css('Date')}">${displayDate(article)}</div><div class="${css('Minutes')}">${filler.number(3, 12)} min</div></div>
<div class="${css('Body')}">
${insertAfterParagraph(article.html, 4, `<div class="${css('Upsell')}"><div>${filler.say(filler.chrome.newsletter)}</div><button class="${css('Button')}">${filler.chrome.subscribe}</button></div>`)}
</div>
<div class="${css('Actions')}"><button>${icon(filler)} ${filler.number(10, 900)}</button><button>${icon(filler)} ${filler.chrome.share}</button></div>
<div class="${css('Thread')}">${thread(article, filler, css)}</div></div>
<div class="${css('Rail')}"><div class="${css('RailTitle')}">${filler.chrome.related}</div>${cards(filler, css, 10)}</div></div>
<div class="${css('Grid')}">${cards(filler, css, 8)}</div>
<div class="${css('Bottom')}">${filler.chrome.footerLinks.map((name) => `<div class="${css('Link')}"><a href="/meridian/${filler.slug()}">${escapeHtml(name)}</a></div>`).join('')}<div class="${css('Legal')}">${filler.say(filler.chrome.rights)}</div></div>
<div class="${css('Toast')}"><div>${filler.say(filler.chrome.cookie)}</div><button>${filler.chrome.accept}</button></div></div></div>
${appState(filler, '__NEXT_DATA__', 40)}${analytics(filler)}</body></html>
`
  },
}

type ClassName = (component: string) => string

/** Names as CSS modules make them: the same component has the same hash all over the page. */
function hashedNames(filler: Filler): ClassName {
  const hashes = new Map<string, string>()
  return (component) => {
    const kept = hashes.get(component) ?? filler.token(5)
    hashes.set(component, kept)
    return `sc-${kept.toLowerCase()} ${kept}`
  }
}

function topBar(article: Fragment, filler: Filler, css: ClassName): string {
  const links = filler.chrome.sections
    .slice(0, 12)
    .map((name) => `<div class="${css('Item')}"><a href="/meridian/${filler.slug()}">${escapeHtml(name)}</a></div>`)
  return `<div class="${css('Brand')}"><a href="/meridian">${siteName(meridian, article)}</a></div><div class="${css('Items')}">${links.join('')}</div><div class="${css('Item')}"><a href="/meridian/login">${filler.chrome.signIn}</a></div>`
}

function cards(filler: Filler, css: ClassName, count: number): string {
  return filler.many(
    count,
    () =>
      `<div class="${css('Card')}"><a href="/meridian/p/${filler.slug()}"><div class="${css('Thumb')}"><img loading="lazy" src="/_next/image?url=${filler.token(10)}&amp;w=256&amp;q=75" alt=""></div><div class="${css('CardTitle')}">${filler.headline()}</div><div class="${css('CardMeta')}">${filler.number(2, 14)} min</div></a></div>`,
  )
}

function thread(article: Fragment, filler: Filler, css: ClassName): string {
  const one = (): string =>
    `<div class="${css('Comment')}"><div class="${css('Name')}">${person(filler)}</div><div class="${css('CommentText')}">${filler.remark()}</div><div class="${css('CommentActions')}"><button>${filler.chrome.reply}</button></div></div>`
  return Array.from({ length: article.comments }, one).join('')
}
