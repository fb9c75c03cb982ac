import { footerLinks, insertAfterParagraph, person, sectionLinks, storyLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { advert, analytics } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, displayDate, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A blog on the content system that most blogs run on: widgets, sharing and related posts inside the entry, an author box. */
export const presswork: Site = {
  name: 'The Potting Shed',
  origin: 'https://pottingshed.example',
  page: (article, filler) => `<!DOCTYPE html>
<html lang="${article.language}" prefix="og: https://ogp.me/ns#">
<head>
${charsetMeta(article)}
${baseTag(article)}
<meta name="generator" content="WordPress 6.8.1">
<title>${escapeHtml(article.title)} - ${siteName(presswork, article)}</title>
${metaTags(presswork, article)}
<link rel="pingback" href="/wp/xmlrpc.php"><link rel="https://api.w.org/" href="/wp-json/">
${jsonLd(presswork, article, article.kind === 'recipe' ? 'Recipe' : 'BlogPosting')}
<style id="wp-emoji-styles-inline-css">img.wp-smiley,img.emoji{display:inline!important;border:none!important;box-shadow:none!important;height:1em!important;width:1em!important}</style>
${stylesheet(filler, 'wp-block-', 180)}
<script>window._wpemojiSettings={"baseUrl":"/wp-includes/emoji/72x72/","ext":".png","source":{"concatemoji":"/wp-includes/js/wp-emoji-release.min.js?ver=6.8.1"}};</script>
</head>
<body class="wp-singular post-template-default single single-post postid-${filler.number(100, 9999)} single-format-standard has-sidebar">
<div id="page" class="site"><a class="skip-link screen-reader-text" href="#content">${filler.chrome.skip}</a>
<header id="masthead" class="site-header"><div class="site-branding"><p class="site-title"><a href="/wp/" rel="home">${siteName(presswork, article)}</a></p></div>
<nav id="site-navigation" class="main-navigation"><ul id="primary-menu" class="menu">${sectionLinks(filler, 14, '/wp/category/')}</ul></nav></header>
<div id="content" class="site-content"><div id="primary" class="content-area"><div id="main" class="site-main">
${entry(article, filler)}
<nav class="navigation post-navigation"><div class="nav-links"><div class="nav-previous"><a href="/wp/${filler.slug()}/" rel="prev">${filler.headline()}</a></div><div class="nav-next"><a href="/wp/${filler.slug()}/" rel="next">${filler.headline()}</a></div></div></nav>
${comments(article, filler)}
</div></div>
${sidebar(filler)}
</div>
<footer id="colophon" class="site-footer"><ul>${footerLinks(filler, '/wp/')}</ul><div class="site-info">${filler.say(filler.chrome.rights)}</div></footer></div>
<div id="cookie-law-info-bar" data-nosnippet="true"><span>${filler.say(filler.chrome.cookie)} <a role="button" class="cli_action_button">${filler.chrome.accept}</a> <a role="button">${filler.chrome.refuse}</a></span></div>
${analytics(filler)}
<script src="/wp-includes/js/comment-reply.min.js?ver=6.8.1" async></script>
</body>
</html>
`,
}

function entry(article: Fragment, filler: Filler): string {
  const id = filler.number(100, 9999)
  return `<article id="post-${id}" class="post-${id} post type-post status-publish format-standard has-post-thumbnail hentry category-uncategorised">
<header class="entry-header"><h1 class="entry-title">${escapeHtml(article.title)}</h1>
<div class="entry-meta"><span class="posted-on">${filler.chrome.published} <time class="entry-date published updated" datetime="${article.publishedAt ?? ''}">${displayDate(article)}</time></span> <span class="byline">${filler.chrome.by} <span class="author vcard"><a class="url fn n" href="/wp/author/">${escapeHtml(article.byline ?? '')}</a></span></span></div></header>
<div class="entry-content">
${insertAfterParagraph(article.html, 3, `<div class="code-block code-block-2" style="margin:8px auto;text-align:center">${advert(filler, 'rectangle')}</div>`)}
<div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block sd-social"><h3 class="sd-title">${filler.chrome.share}</h3><div class="sd-content"><ul><li class="share-mail"><a rel="nofollow" href="?share=mail"><span>Email</span></a></li><li class="share-print"><a rel="nofollow" href="?share=print"><span>Print</span></a></li></ul></div></div></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>${filler.chrome.related}</em></h3><ul>${storyLinks(filler, 3, '/wp/')}</ul></div>
</div>
<footer class="entry-footer"><span class="cat-links"><a href="/wp/category/" rel="category tag">${filler.pick(filler.chrome.sections)}</a></span></footer></article>`
}

function comments(article: Fragment, filler: Filler): string {
  const one = (): string => {
    const id = filler.number(10_000, 99_999)
    return `<li id="comment-${id}" class="comment depth-1"><article id="div-comment-${id}" class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><img alt="" src="/avatar/${filler.token(10)}?s=42" class="avatar avatar-42 photo" height="42" width="42"><b class="fn">${person(filler)}</b></div></footer><div class="comment-content"><p>${filler.remark()}</p></div><div class="reply"><a rel="nofollow" class="comment-reply-link" href="?replytocom=${id}">${filler.chrome.reply}</a></div></article></li>`
  }
  return `<div id="comments" class="comments-area"><h2 class="comments-title">${filler.chrome.comments}</h2><ol class="comment-list">${Array.from({ length: article.comments }, one).join('\n')}</ol>
<div id="respond" class="comment-respond"><form action="/wp/wp-comments-post.php" method="post" id="commentform"><textarea name="comment" cols="45" rows="8"></textarea><input name="submit" type="submit" value="${filler.chrome.reply}"></form></div></div>`
}

function sidebar(filler: Filler): string {
  const archive = filler.many(
    18,
    (at) =>
      `<li><a href="/wp/${2026 - Math.floor(at / 12)}/${(at % 12) + 1}/">${2026 - Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}</a>&nbsp;(${filler.number(1, 14)})</li>`,
  )
  return `<aside id="secondary" class="widget-area">
<section class="widget widget_search"><form role="search" class="search-form"><label>${filler.chrome.search} <input type="search" class="search-field" name="s"></label></form></section>
<section class="widget widget_recent_entries"><h2 class="widget-title">${filler.chrome.mostRead}</h2><ul>${storyLinks(filler, 8, '/wp/')}</ul></section>
<section class="widget widget_text"><div class="textwidget"><p>${filler.say(filler.chrome.newsletter)}</p><input type="email"><button>${filler.chrome.subscribe}</button></div></section>
<section class="widget widget_archive"><ul>${archive}</ul></section>
<section class="widget widget_custom_html">${advert(filler, 'sidebar')}</section></aside>`
}
