import { footerLinks, insertAfterParagraph } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { analytics, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, displayDate, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A company: solutions, industries, calls to action, logos of customers. Press releases and release notes. */
export const northlight: Site = {
  name: 'Northlight Instruments',
  origin: 'https://www.northlight.example',
  page: (article, filler) => `<!DOCTYPE html>
<html lang="${article.language}" data-theme="corporate">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${siteName(northlight, article)} | ${escapeHtml(article.title)}</title>
${metaTags(northlight, article)}
${jsonLd(northlight, article, 'NewsArticle')}
${stylesheet(filler, 'nl-', 210)}
<script>(function(h,o,t){h.hb=h.hb||function(){(h.hb.q=h.hb.q||[]).push(arguments)};h._hbSettings={id:${filler.number(10_000, 99_999)},v:6};var a=o.createElement('script');a.async=1;a.src=t;o.head.appendChild(a);})(window,document,'/nl/heat.js');</script>
</head>
<body class="nl-body">
${icons(filler, 20)}
<div class="nl-utility"><a href="/nl/investors">Investors</a><a href="/nl/careers">Careers</a><a href="/nl/support">Support</a><select aria-label="Region"><option>Global (English)</option><option>Deutschland</option><option>日本</option></select></div>
<div class="nl-header"><a href="/nl/"><img src="/nl/logo.svg" alt="${siteName(northlight, article)}"></a><nav>${flyouts(filler)}</nav><a class="nl-cta" href="/nl/demo">Talk to sales</a></div>
<div class="nl-hero" style="background-image:url(/nl/hero.jpg)"><div class="nl-hero__inner"><span class="nl-tag">${article.kind === 'press-release' ? 'Press release' : 'Product news'}</span><h1>${escapeHtml(article.title)}</h1><p class="nl-date">${displayDate(article)}</p></div></div>
<div class="nl-content"><div class="nl-grid"><div class="nl-col-8"><div class="nl-richtext">
${insertAfterParagraph(article.html, 4, pitch(filler))}
</div></div>
<div class="nl-col-4"><div class="nl-card"><h3>Media library</h3><ul>${filler.many(4, () => `<li><a href="/nl/media/${filler.slug()}.zip">${icon(filler)} Pictures for print (${filler.number(2, 60)} MB)</a></li>`)}</ul></div>
<div class="nl-card"><h3>${filler.chrome.related}</h3><ul>${filler.many(8, () => `<li><a href="/nl/news/${filler.slug()}">${filler.say(filler.pick(news))}</a></li>`)}</ul></div></div></div></div>
<div class="nl-logos"><p>${filler.say('Trusted by more than four thousand laboratories on five continents')}</p>${filler.many(12, () => `<img loading="lazy" src="/nl/logos/${filler.token(8)}.svg" alt="">`)}</div>
<div class="nl-band"><h2>${filler.say('Ready to see what your samples have been hiding?')}</h2><a class="nl-cta" href="/nl/contact">Book a call</a></div>
<div class="nl-footer"><div class="nl-footer__columns">${flyouts(filler)}</div><ul>${footerLinks(filler, '/nl/legal/')}</ul><p>${filler.say(filler.chrome.rights)}</p></div>
<div class="nl-cookie" role="alertdialog"><p>${filler.say(filler.chrome.cookie)}</p><button>${filler.chrome.accept}</button><button>${filler.chrome.refuse}</button></div>
<div class="nl-chat"><p>${filler.say('Hello! I am the virtual assistant of this site. How can I help you today?')}</p></div>
${analytics(filler)}
</body>
</html>
`,
}

const groups = ['Products', 'Solutions', 'Industries', 'Services', 'Resources', 'Company']
const entries = [
  'Spectrometers',
  'Sample handling',
  'Cloud for laboratories',
  'Food and drink',
  'Water analysis',
  'Universities',
  'Calibration',
  'Training courses',
  'White papers',
  'Webinars on demand',
  'Case studies',
  'Partner programme',
  'Our history',
  'Sustainability',
]
const news = [
  'Northlight opens service centre in Rotterdam',
  'Webinar: five myths about baseline drift',
  'How a brewery halved its rejects',
  'Meet us at the autumn laboratory fair',
  'White paper: choosing a cuvette',
  'Annual report now available for download',
  'Firmware 7.2 brings dark mode to the bench',
]

function flyouts(filler: Filler): string {
  const group = (name: string): string =>
    `<div class="nl-flyout"><button aria-haspopup="true">${name}</button><ul>${filler.many(9, () => `<li><a href="/nl/${filler.slug()}">${filler.pick(entries)}</a></li>`)}</ul></div>`
  return groups.map(group).join('\n')
}

function pitch(filler: Filler): string {
  return `<div class="nl-inline-cta"><p>${filler.say('Want to know more? Download the brochure with all technical details.')}</p><a class="nl-cta nl-cta--small" href="/nl/brochure">Get the brochure</a></div>`
}
