import { footerLinks, insertAfterParagraph, person, sectionLinks, storyLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { analytics, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, displayDate, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A modern semantic blog or magazine: `main`, `article`, `aside` where they belong, little noise. */
export const stillwater: Site = {
  name: 'Stillwater Notes',
  origin: 'https://stillwater.example',
  page: (article, filler) => `<!doctype html>
<html lang="${article.language}" dir="ltr">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} – ${siteName(stillwater, article)}</title>
${metaTags(stillwater, article)}
<link rel="alternate" type="application/atom+xml" href="/stillwater/feed.xml">
${jsonLd(stillwater, article, 'BlogPosting')}
${stylesheet(filler, '', 130)}
</head>
<body>
${icons(filler, 14)}
<a href="#content" class="skip">${filler.chrome.skip}</a>
<header class="site-header"><a href="/stillwater/" class="wordmark">${siteName(stillwater, article)}</a>
<nav aria-label="main"><ul>${sectionLinks(filler, 7, '/stillwater/topics/')}</ul></nav>
<search><form action="/stillwater/search"><input type="search" name="q" placeholder="${filler.chrome.search}"></form></search></header>
<main id="content">
<article>
<header><p class="eyebrow"><a href="/stillwater/topics/">${filler.pick(filler.chrome.sections)}</a></p>
<h1>${escapeHtml(article.title)}</h1>
<p class="meta">${byline(article, filler)}<time datetime="${article.publishedAt ?? ''}">${displayDate(article)}</time></p></header>
${insertAfterParagraph(article.html, 6, signUp(filler))}
<footer class="tags">${tags(filler)}</footer>
</article>
<nav class="pager" aria-label="posts"><a rel="prev" href="/stillwater/${filler.slug()}">← ${filler.headline()}</a> <a rel="next" href="/stillwater/${filler.slug()}">${filler.headline()} →</a></nav>
<section class="responses" aria-labelledby="responses"><h2 id="responses">${filler.chrome.comments}</h2>${responses(article, filler)}</section>
</main>
<aside aria-label="more"><h2>${filler.chrome.related}</h2><ul>${storyLinks(filler, 9, '/stillwater/')}</ul>
<h2>${filler.chrome.mostRead}</h2><ul>${storyLinks(filler, 6, '/stillwater/')}</ul></aside>
<footer class="site-footer"><ul>${footerLinks(filler, '/stillwater/page/')}</ul><p><small>${filler.say(filler.chrome.rights)}</small></p></footer>
<dialog id="cookies" open><p>${filler.say(filler.chrome.cookie)}</p><form method="dialog"><button>${filler.chrome.accept}</button><button>${filler.chrome.refuse}</button></form></dialog>
${analytics(filler)}
</body>
</html>
`,
}

function byline(article: Fragment, filler: Filler): string {
  if (article.byline === undefined) return ''
  return `${filler.chrome.by} <span class="p-author">${escapeHtml(article.byline)}</span> · `
}

function signUp(filler: Filler): string {
  return `<aside class="sign-up"><p>${filler.say(filler.chrome.newsletter)}</p><form action="/stillwater/subscribe"><input type="email" aria-label="email"> <button>${filler.chrome.subscribe}</button></form></aside>`
}

function tags(filler: Filler): string {
  return Array.from(
    { length: 4 },
    () => `<a rel="tag" href="/stillwater/tag/${filler.slug()}">${filler.pick(filler.chrome.sections)}</a>`,
  ).join(' ')
}

function responses(article: Fragment, filler: Filler): string {
  const one = (): string =>
    `<article class="response"><header>${icon(filler)} <cite>${person(filler)}</cite></header><p>${filler.remark()}</p></article>`
  return Array.from({ length: article.comments }, one).join('\n')
}
