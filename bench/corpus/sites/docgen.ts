import type { Filler } from '../filler/filler.ts'
import { analytics, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, jsonLd, metaTags, siteName } from './head.ts'
import { type Highlighter, highlight } from './highlight.ts'
import type { Site } from './site.ts'

/** A documentation generator: a tree on the left, contents on the right, anchors in headings, highlighted code. */
export const docgen: Site = {
  name: 'Quarry documentation',
  origin: 'https://docs.quarry.example',
  page: (article, filler) => `<!doctype html>
<html lang="${article.language}" data-theme="light" class="docs-wrapper plugin-docs plugin-id-default">
<head>
${charsetMeta(article)}
${baseTag(article)}
<meta name="generator" content="Docgen 4.2">
<title>${escapeHtml(article.title)} | ${siteName(docgen, article)}</title>
${metaTags(docgen, article)}
<meta name="docsearch:version" content="current">
${jsonLd(docgen, article, 'TechArticle')}
${stylesheet(filler, 'theme-', 150)}
</head>
<body class="navigation-with-keyboard">
${icons(filler, 10)}
<div role="region" aria-label="skip"><a class="skipToContent" href="#__main">Skip to main content</a></div>
<div class="theme-announcement-bar" role="banner">${filler.say('Version 5 is in beta. Try it, break it, and tell us what happened.')} <button type="button" aria-label="Close">×</button></div>
<nav aria-label="Main" class="navbar navbar--fixed-top"><div class="navbar__inner"><a class="navbar__brand" href="/docs/"><b>${siteName(docgen, article)}</b></a><a class="navbar__item" href="/docs/guide">Guides</a><a class="navbar__item" href="/docs/api">API</a><a class="navbar__item" href="/docs/blog">Blog</a><div class="dropdown"><a class="navbar__link" href="#">4.2</a><ul class="dropdown__menu"><li><a href="/docs/next">5.0-beta</a></li><li><a href="/docs/4.1">4.1</a></li><li><a href="/docs/3.x">3.x</a></li></ul></div><button class="DocSearch DocSearch-Button"><span>Search the manual</span><kbd>⌘K</kbd></button></div></nav>
<div class="main-wrapper" id="__main"><div class="docsWrapper">
<aside class="theme-doc-sidebar-container"><nav aria-label="Docs sidebar" class="menu thin-scrollbar"><ul class="theme-doc-sidebar-menu menu__list">${tree(filler)}</ul></nav></aside>
<main class="docMainContainer"><div class="container"><div class="row"><div class="col docItemCol"><div class="docItemContainer">
<article><nav class="theme-doc-breadcrumbs" aria-label="Breadcrumbs"><ul class="breadcrumbs"><li class="breadcrumbs__item"><a href="/docs/">${icon(filler)}</a></li><li class="breadcrumbs__item"><span>${filler.pick(chapters)}</span></li></ul></nav>
<span class="theme-doc-version-badge badge">Version: 4.2</span>
<div class="theme-doc-markdown markdown"><header><h1>${escapeHtml(article.title)}</h1></header>
${highlight(anchorHeadings(article.html), (article.flavour ?? 'prism') as Highlighter)}
</div>
<footer class="theme-doc-footer"><a href="https://git.quarry.example/docs/edit/main${article.path}" class="theme-edit-this-page">${filler.say('Improve this page on our Git server')}</a><div class="theme-last-updated">Last updated by <b>${escapeHtml(article.byline ?? 'the docs team')}</b></div></footer></article>
<nav class="pagination-nav" aria-label="Docs pages"><a class="pagination-nav__link" href="/docs/previous"><div class="pagination-nav__sublabel">Previous</div><div>${filler.pick(topics)}</div></a><a class="pagination-nav__link" href="/docs/next"><div class="pagination-nav__sublabel">Next</div><div>${filler.pick(topics)}</div></a></nav>
<div class="feedback"><span>${filler.say('Did this page answer your question?')}</span><button>Yes</button><button>No</button></div>
</div></div>
<div class="col col--3"><div class="theme-doc-toc-desktop tableOfContents">${contents(article)}</div></div></div></div></main></div></div>
<footer class="theme-layout-footer footer footer--dark"><div class="footer__links">${filler.many(4, () => `<div class="footer__col"><div class="footer__title">${filler.pick(chapters)}</div><ul>${filler.many(5, () => `<li><a class="footer__link-item" href="/docs/${filler.slug()}">${filler.pick(topics)}</a></li>`)}</ul></div>`)}</div><div class="footer__copyright">${filler.say('Quarry is a trade mark of the Quarry Foundation. Text under CC BY 4.0, code under MIT.')}</div></footer>
${analytics(filler)}
</body>
</html>
`,
}

const chapters = [
  'Getting started',
  'Concepts',
  'Guides',
  'Operations',
  'Security',
  'Plugins',
  'Reference',
  'Contributing',
  'Migration',
  'Recipes',
]
const topics = [
  'Installing the agent',
  'Your first pipeline',
  'Project layout',
  'Environment variables',
  'Secrets and vaults',
  'Caching between runs',
  'Matrix builds',
  'Self-hosted runners',
  'Webhooks in and out',
  'Retention of artefacts',
  'Rate limits explained',
  'Roles and permissions',
  'Single sign-on',
  'Audit trail export',
  'Writing a plugin',
  'Testing a plugin',
  'Upgrading from version 3',
  'Command line flags',
  'Exit statuses',
  'Glossary of terms',
]

function tree(filler: Filler): string {
  const item = (): string =>
    `<li class="theme-doc-sidebar-item-link menu__list-item"><a class="menu__link" tabindex="0" href="/docs/${filler.slug()}">${filler.pick(topics)}</a></li>`
  return chapters
    .map(
      (chapter) =>
        `<li class="theme-doc-sidebar-item-category menu__list-item"><div class="menu__list-item-collapsible"><a class="menu__link menu__link--sublist" role="button" aria-expanded="true" href="#">${chapter}</a></div><ul class="menu__list">${filler.many(8, item)}</ul></li>`,
    )
    .join('\n')
}

const heading = /<h([23])>(.*?)<\/h\1>/g

function anchorHeadings(html: string): string {
  return html.replace(heading, (_, level: string, text: string) => {
    const id = idOf(text)
    return `<h${level} class="anchor anchorWithStickyNavbar" id="${id}">${text}<a href="#${id}" class="hash-link" aria-label="Direct link" title="Direct link">​</a></h${level}>`
  })
}

function contents(article: Fragment): string {
  const entries = [...article.html.matchAll(heading)].map(([, level, text]) => {
    const title = (text ?? '').replace(/<[^>]+>/g, '')
    return `<li class="toc-${level}"><a href="#${idOf(text ?? '')}" class="table-of-contents__link">${title}</a></li>`
  })
  return `<ul class="table-of-contents">${entries.join('')}</ul>`
}

function idOf(text: string): string {
  return text
    .replace(/<[^>]+>|&\w+;/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
}
