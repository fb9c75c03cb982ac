import { footerLinks, person, sectionLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { advert, analytics, appState, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, displayDate, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A tabloid behind a consent wall: a list of partners longer than the article, and a menu longer than both. */
export const lantern: Site = {
  name: 'Daily Lantern',
  origin: 'https://lantern.example',
  page: (article, filler) => `<!doctype html>
<html lang="${article.language}" class="cmp-locked no-scroll">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} | ${siteName(lantern, article)}</title>
${metaTags(lantern, article)}
${jsonLd(lantern, article, 'NewsArticle')}
${stylesheet(filler, 'dl-', 240)}
${analytics(filler)}
</head>
<body>
${icons(filler, 24)}
${consentWall(filler)}
<div id="app"${article.flavour === 'locked' ? ' aria-hidden="true" inert' : ''}>
<div class="dl-menu"><ul>${sectionLinks(filler, 22, '/lantern/s/')}</ul>${filler.many(24, () => menuGroup(filler))}</div>
${advert(filler, 'takeover')}
<div class="dl-page"><div class="dl-story" id="js-article-text">
<h1>${escapeHtml(article.title)}</h1>
<ul class="dl-bullets"><li>${filler.headline()}</li><li>${filler.headline()}</li></ul>
<p class="author-section">${filler.chrome.by} <a href="/lantern/profile" class="author" rel="nofollow">${escapeHtml(article.byline ?? '')}</a></p><p class="byline-section"><span class="article-timestamp">${filler.chrome.published}: <time datetime="${article.publishedAt ?? ''}">${displayDate(article)}</time></span></p>
<div itemprop="articleBody" class="dl-body">
${withInterruptions(article.html, filler)}
</div>
<div class="dl-comments"><h3>${filler.chrome.comments}</h3>${Array.from({ length: article.comments }, () => `<div class="dl-comment"><p class="user">${person(filler)}</p><p class="text">${filler.remark()}</p></div>`).join('')}</div></div>
<div class="dl-puff">${filler.many(50, () => puff(filler))}</div></div>
<div class="dl-footer"><ul>${footerLinks(filler, '/lantern/about/')}</ul><p>${filler.say(filler.chrome.rights)}</p></div></div>
${appState(filler, '__LANTERN__', 60)}
</body>
</html>
`,
}

const purposes = [
  'Store or read details on a device',
  'Choose adverts from limited details',
  'Build a profile for adverts',
  'Measure how adverts perform',
  'Understand audiences',
  'Develop and improve services',
  'Use precise location',
  'Match offline sources',
]
const firms = [
  'Adwright',
  'Bidloom',
  'Clickfold',
  'Datameadow',
  'Eyespan',
  'Funnelware',
  'Glimpsly',
  'Hyperslot',
  'Intentico',
  'Kite Metrics',
  'Lumen Reach',
  'Mediabarn',
]

/** First in the source, as such walls are, and with whole sentences, so that it looks like content. */
function consentWall(filler: Filler): string {
  const vendors = filler.many(120, (at) => {
    const used = [filler.pick(purposes), filler.pick(purposes)]
    return `<li class="cmp-vendor"><label><input type="checkbox" data-vendor="${at}"> <strong>${filler.pick(firms)} ${filler.pick(['GmbH', 'Ltd', 'Inc.', 'B.V.', 'SAS'])}</strong></label><p>${used.join('. ')}. Kept for ${filler.number(1, 24)} months.</p></li>`
  })
  return `<div id="cmp" class="cmp-overlay" role="dialog" aria-modal="true"><div class="cmp-box"><h2>${filler.say('Before you go on reading, we need a word')}</h2>
<p>${filler.say(filler.chrome.cookie)}</p><p>${filler.say('You can change your mind at any time under the link at the foot of each page. Some of our partners rely on legitimate interest instead of consent.')}</p><p>${filler.say('If you would rather not agree, you may read all of this site for 3.99 a month, without tracking and with far fewer adverts.')}</p>
<button class="cmp-accept">${filler.chrome.accept}</button> <button class="cmp-pay">Subscribe instead</button>
<h3>Our ${filler.number(400, 900)} partners</h3><ul class="cmp-vendors">${vendors}</ul></div></div>`
}

function menuGroup(filler: Filler): string {
  return `<div class="dl-menu__group"><span>${filler.pick(filler.chrome.sections)}</span><ul>${filler.many(9, () => `<li><a href="/lantern/t/${filler.slug()}">${icon(filler)}${filler.pick(filler.chrome.sections)} ${filler.number(1, 99)}</a></li>`)}</ul></div>`
}

function puff(filler: Filler): string {
  return `<div class="dl-puff__item"><a href="/lantern/a/${filler.slug()}"><img class="lazyload" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/lantern/i/${filler.token(10)}.jpg" alt=""><span class="pufftext">${filler.headline()}</span></a></div>`
}

/** An advert, a share bar or another story after every second paragraph. */
function withInterruptions(html: string, filler: Filler): string {
  let paragraph = 0
  return html.replace(/<\/p>\n/g, (end) => {
    paragraph += 1
    if (paragraph % 2 === 1) return end
    if (paragraph % 4 === 0) return `${end}${advert(filler, 'mpu')}\n`
    return `${end}<div class="dl-inline-related"><h4>${filler.chrome.related}</h4><a href="/lantern/a/${filler.slug()}">${filler.headline()}</a></div>\n`
  })
}
