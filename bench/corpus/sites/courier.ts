import { footerLinks, insertAfterParagraph, person, sectionLinks, storyLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { advert, analytics, appState, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, displayDate, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A news portal: a mega menu, a ticker, rails on both sides, adverts inside the text, comments. */
export const courier: Site = {
  name: 'The Harrow Courier',
  origin: 'https://courier.example',
  page: (article, filler) => `<!DOCTYPE html>
<html lang="${article.language}" class="no-js">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} | ${siteName(courier, article)}</title>
${metaTags(courier, article)}
<link rel="icon" href="/static/favicon.ico"><link rel="preload" as="font" href="/static/fonts/text.woff2" crossorigin>
${jsonLd(courier, article, 'NewsArticle', { isAccessibleForFree: true })}
${stylesheet(filler, 'hc-', 190)}
${analytics(filler)}
</head>
<body class="hc-page hc-page--story" data-story-id="${filler.token(10)}">
${icons(filler, 10)}
<a class="hc-skip" href="#story">${filler.chrome.skip}</a>
${cookieBanner(filler)}
${masthead(article, filler)}
${advert(filler, 'billboard')}
<div class="hc-columns">
<div class="hc-rail hc-rail--left">${mostRead(filler)}</div>
<main id="story" class="hc-main">
<nav class="hc-crumbs" aria-label="breadcrumb"><a href="/courier/">${filler.chrome.home}</a> › <a href="/courier/news/">${filler.pick(filler.chrome.sections)}</a></nav>
${story(article, filler)}
${comments(article, filler)}
</main>
<aside class="hc-rail hc-rail--right" role="complementary">${advert(filler, 'halfpage')}
${newsletter(filler)}
<section class="hc-box"><h2 class="hc-box__title">${filler.chrome.related}</h2>${teasers(filler)}</section></aside>
</div>
${footer(article, filler)}
${appState(filler, 'hc-state', 30)}
</body>
</html>
`,
}

function cookieBanner(filler: Filler): string {
  return `<div id="consent" class="hc-consent" role="dialog" aria-label="consent"><p class="hc-consent__text">${filler.say(filler.chrome.cookie)}</p>
<button type="button" class="hc-button">${filler.chrome.accept}</button> <button type="button" class="hc-button hc-button--ghost">${filler.chrome.refuse}</button></div>`
}

function masthead(article: Fragment, filler: Filler): string {
  const menus = filler.many(
    6,
    () =>
      `<div class="hc-mega__column"><h3>${filler.pick(filler.chrome.sections)}</h3><ul>${storyLinks(filler, 4, '/courier/news/')}</ul></div>`,
  )
  return `<header class="hc-header" role="banner">
<div class="hc-header__top"><button class="hc-burger" aria-expanded="false">${icon(filler)} ${filler.chrome.menu}</button>
<a class="hc-logo" href="/courier/"><span>${siteName(courier, article)}</span></a>
<form class="hc-search" action="/courier/search"><label>${filler.chrome.search} <input name="q" type="search"></label></form>
<a class="hc-login" href="/courier/account">${filler.chrome.signIn}</a></div>
<nav class="hc-nav" aria-label="sections"><ul class="hc-nav__list">${sectionLinks(filler, 22, '/courier/section/')}</ul>
<div class="hc-mega" hidden>${menus}</div></nav>
<div class="hc-ticker" aria-live="off"><ul>${storyLinks(filler, 5, '/courier/live/')}</ul></div>
</header>`
}

function story(article: Fragment, filler: Filler): string {
  const promo = `<aside class="hc-inline-promo"><strong>${filler.chrome.related}</strong> <a href="/courier/news/${filler.slug()}">${filler.headline()}</a></aside>`
  const body = insertAfterParagraph(insertAfterParagraph(article.html, 5, promo), 2, advert(filler, 'inline'))
  return `<article class="hc-story" itemscope itemtype="https://schema.org/NewsArticle">
<header class="hc-story__header"><h1 class="hc-story__title" itemprop="headline">${escapeHtml(article.title)}</h1>
<p class="hc-byline">${filler.chrome.by} <a rel="author" href="/courier/people/${filler.slug()}" itemprop="author">${escapeHtml(article.byline ?? '')}</a></p>
<time datetime="${article.publishedAt ?? ''}" itemprop="datePublished">${displayDate(article)}</time>
${share(filler)}</header>
<div class="hc-story__body" itemprop="articleBody">
${body}
</div>
<footer class="hc-story__footer">${share(filler)}</footer>
</article>`
}

function share(filler: Filler): string {
  const buttons = ['Mail', 'Link', 'Print'].map(
    (name) =>
      `<li><a href="#" data-share="${name.toLowerCase()}">${icon(filler)}<span class="visually-hidden">${name}</span></a></li>`,
  )
  return `<div class="hc-share"><span>${filler.chrome.share}</span><ul>${buttons.join('')}</ul></div>`
}

function mostRead(filler: Filler): string {
  return `<section class="hc-box hc-most"><h2 class="hc-box__title">${filler.chrome.mostRead}</h2><ol>${storyLinks(filler, 8, '/courier/news/')}</ol></section>`
}

function teasers(filler: Filler): string {
  return filler.many(
    6,
    () => `<div class="hc-teaser"><a href="/courier/news/${filler.slug()}"><img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/media/${filler.token(12)}.jpg" alt="" width="160" height="90">
<span class="hc-teaser__kicker">${filler.pick(filler.chrome.sections)}</span> <span class="hc-teaser__title">${filler.headline()}</span></a></div>`,
  )
}

function newsletter(filler: Filler): string {
  return `<form class="hc-newsletter" action="/courier/newsletter" method="post"><p>${filler.say(filler.chrome.newsletter)}</p><input type="email" name="mail" aria-label="email"><button>${filler.chrome.subscribe}</button></form>`
}

function comments(article: Fragment, filler: Filler): string {
  const list = Array.from(
    { length: article.comments },
    () =>
      `<li class="hc-comment"><div class="hc-comment__meta"><b>${person(filler)}</b> <span>${filler.number(1, 23)} h</span></div><p>${filler.remark()}</p><button>${filler.chrome.reply}</button></li>`,
  )
  return `<section id="comments" class="hc-comments"><h2>${filler.chrome.comments} (${article.comments})</h2><ol>${list.join('\n')}</ol></section>`
}

function footer(article: Fragment, filler: Filler): string {
  return `<footer class="hc-footer" role="contentinfo"><ul>${sectionLinks(filler, 22, '/courier/section/')}</ul><ul>${footerLinks(filler, '/courier/about/')}</ul>
<p class="hc-footer__legal">© ${siteName(courier, article)}. ${filler.say(filler.chrome.rights)}</p></footer>`
}
