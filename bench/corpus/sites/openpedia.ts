import type { Filler } from '../filler/filler.ts'
import { stylesheet } from '../filler/styles.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, jsonLd, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A wiki encyclopaedia: a tool column, a table of contents, edit links in headings, boxes of links at the end. */
export const openpedia: Site = {
  name: 'Openpedia',
  origin: 'https://en.openpedia.example',
  page: (article, filler) => `<!DOCTYPE html>
<html class="client-nojs vector-feature-toc-pinned-clientpref-1" lang="${article.language}" dir="ltr">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} - ${siteName(openpedia, article)}</title>
<meta name="generator" content="WikiEngine 1.45"><meta name="robots" content="max-image-preview:standard"><meta name="format-detection" content="telephone=no">
<meta property="og:title" content="${escapeHtml(article.title)} - ${siteName(openpedia, article)}"><meta property="og:type" content="website">
<link rel="canonical" href="${openpedia.origin}${article.path}"><link rel="license" href="https://licences.example/by-sa/4.0">
${jsonLd(openpedia, article, 'Article')}
${stylesheet(filler, 'mw-', 140)}
</head>
<body class="skin--responsive mediawiki ltr sitedir-ltr ns-0 ns-subject page-${filler.token(8)} rootpage action-view">
<a class="mw-jump-link" href="#bodyContent">Jump to content</a>
<div class="vector-header-container"><header class="vector-header mw-header"><nav class="vector-main-menu" aria-label="Site"><ul>${links(filler, navigation)}</ul></nav><a href="/wiki/Main_Page" class="mw-logo">${siteName(openpedia, article)}</a><div id="p-search" role="search"><form action="/w/index.php"><input type="search" name="search" placeholder="${escapeHtml(filler.chrome.search)}"></form></div><nav class="vector-user-links"><ul><li><a href="/w/create">Create account</a></li><li><a href="/w/login">Log in</a></li></ul></nav></header></div>
<div class="mw-page-container"><div class="mw-page-container-inner">
<div id="siteNotice"><div class="frb">${filler.say('Readers like you keep this encyclopaedia free. Two in a hundred give; could you be the third?')}</div></div>
<main id="content" class="mw-body">
<header class="mw-body-header vector-page-titlebar"><h1 id="firstHeading" class="firstHeading mw-first-heading"><span class="mw-page-title-main">${escapeHtml(article.title)}</span></h1>
<div id="p-lang-btn" class="vector-dropdown"><ul>${filler.many(30, (at) => `<li class="interlanguage-link"><a href="https://x${at}.openpedia.example/wiki/${filler.slug()}" hreflang="x-${at}"><span>${filler.token(7)}</span></a></li>`)}</ul></div></header>
<div class="vector-page-toolbar"><nav aria-label="Namespaces"><ul>${links(filler, ['Article', 'Talk', 'Read', 'Edit source', 'View history', 'Watch'])}</ul></nav></div>
<nav class="vector-toc" aria-label="Contents"><h2>Contents</h2><ul>${contents(article)}</ul></nav>
<div id="bodyContent" class="vector-body"><div id="siteSub" class="noprint">${filler.say('From Openpedia, the encyclopaedia that anyone may correct')}</div>
<div id="mw-content-text" class="mw-body-content"><div class="mw-content-ltr mw-parser-output" lang="${article.language}" dir="ltr">
${editLinks(article.html)}
<div role="navigation" class="navbox" aria-labelledby="nb"><table class="nowraplinks mw-collapsible autocollapse navbox-inner"><tbody>${filler.many(7, () => `<tr><th scope="row" class="navbox-group">${filler.pick(navbox)}</th><td class="navbox-list"><ul>${filler.many(9, () => `<li><a href="/wiki/${filler.slug()}">${filler.pick(navbox)}</a></li>`)}</ul></td></tr>`)}</tbody></table></div>
</div></div>
<div id="catlinks" class="catlinks"><ul>${filler.many(5, () => `<li><a href="/wiki/Category:${filler.slug()}">${filler.pick(hidden)}</a></li>`)}</ul></div></div></main>
<nav class="vector-column-end" aria-label="Tools"><ul>${links(filler, tools)}</ul></nav>
<footer id="footer" class="mw-footer"><ul id="footer-info"><li>${filler.say('Text is available under a share-alike licence; additional terms may apply.')}</li></ul><ul id="footer-places">${links(filler, filler.chrome.footerLinks)}</ul></footer>
</div></div>
<script>(RLQ=window.RLQ||[]).push(function(){mw.config.set({"wgBackendResponseTime":${filler.number(90, 400)},"wgHostname":"mw-${filler.token(4)}","wgPageParseReport":{"limitreport":{"cputime":"0.${filler.number(100, 999)}","walltime":"0.${filler.number(100, 999)}"}}});});</script>
</body>
</html>
`,
}

const navigation = [
  'Main page',
  'Current events',
  'Random article',
  'Learn to edit',
  'Community portal',
  'Recent changes',
  'Upload file',
]
const tools = [
  'What links here',
  'Related changes',
  'Permanent link',
  'Page details',
  'Cite this page',
  'Get shortened URL',
  'Download as PDF',
  'Printable version',
]
const navbox = [
  'Overview of the topic',
  'List of the largest',
  'Timeline',
  'Outline of terms',
  'By country',
  'By century',
  'People',
  'Methods',
  'Museums',
  'Disasters',
  'Notable examples',
  'See other topics',
]
const hidden = [
  'Articles with short description',
  'Use British spelling from March 2026',
  'Pages with too few images',
  'All stub lists',
  'Articles that need a map',
]

function links(filler: Filler, names: readonly string[]): string {
  return names
    .map(
      (name) =>
        `<li class="mw-list-item"><a href="/wiki/Special:${filler.slug()}"><span>${escapeHtml(name)}</span></a></li>`,
    )
    .join('\n')
}

const heading = /<h([23])>(.*?)<\/h\1>/g

function editLinks(html: string): string {
  let section = 0
  return html.replace(heading, (_, level: string, text: string) => {
    section += 1
    return `<div class="mw-heading mw-heading${level}"><h${level} id="s${section}">${text}</h${level}><span class="mw-editsection"><span class="mw-editsection-bracket">[</span><a href="/w/index.php?action=edit&amp;section=${section}" title="Edit section"><span>edit</span></a><span class="mw-editsection-bracket">]</span></span></div>`
  })
}

function contents(article: Fragment): string {
  let section = 0
  return [...article.html.matchAll(heading)]
    .map(
      ([, , text]) =>
        `<li class="vector-toc-list-item"><a href="#s${++section}"><div class="vector-toc-text"><span>${section}</span> <span>${text}</span></div></a></li>`,
    )
    .join('\n')
}
