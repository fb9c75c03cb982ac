import { footerLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { analytics, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, jsonLd, metaTags, siteName } from './head.ts'
import { type Post, readPosts } from './posts.ts'
import type { Site } from './site.ts'

/** Forum software: each post between a profile, a signature and buttons. The fragment is a row of `section data-author`. */
export const board: Site = {
  name: 'Clockwork Bench',
  origin: 'https://forum.clockwork-bench.example',
  page: (article, filler) => `<!DOCTYPE html>
<html dir="ltr" lang="${article.language}">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} - ${siteName(board, article)}</title>
${metaTags(board, article)}
${jsonLd(board, article, 'DiscussionForumPosting')}
${stylesheet(filler, 'phpbb-', 120)}
</head>
<body id="board" class="nojs notouch section-viewtopic ltr">
${icons(filler, 12)}
<div id="wrap" class="wrap"><div id="page-header"><div class="headerbar" role="banner"><h1>${siteName(board, article)}</h1><p>${filler.say('A place for people who would rather mend it')}</p></div>
<div class="navbar" role="navigation"><ul id="nav-main" class="linklist"><li><a href="/forum/faq">FAQ</a></li><li><a href="/forum/register">Register</a></li><li><a href="/forum/login">${filler.chrome.signIn}</a></li></ul><ul id="nav-breadcrumbs"><li><a href="/forum/">Board index</a></li><li><a href="/forum/f12">Movements</a></li></ul></div></div>
<div id="page-body" class="page-body" role="main">
<h2 class="topic-title"><a href="${article.path}">${escapeHtml(article.title)}</a></h2>
${actionBar(filler)}
${readPosts(article.html)
  .map((post, at) => postBox(post, at, filler))
  .join('\n<hr class="divider">\n')}
${actionBar(filler)}
<div class="panel similar"><h3>Similar topics</h3><ul>${filler.many(14, () => `<li><a href="/forum/t${filler.number(1000, 9999)}">${filler.say(filler.pick(topics))}</a> <span>${filler.number(1, 80)} replies</span></li>`)}</ul></div>
<div class="stat-block online-list"><h3>Who is online</h3><p>${filler.say('Users browsing this forum: no registered users and 7 guests')}</p></div></div>
<div id="page-footer" class="page-footer" role="contentinfo"><ul>${footerLinks(filler, '/forum/about/')}</ul><p>${filler.say(filler.chrome.rights)}</p></div></div>
<div class="cookie-notice">${filler.say(filler.chrome.cookie)} <button>${filler.chrome.accept}</button></div>
${analytics(filler)}
</body>
</html>
`,
}

const topics = [
  'What glue for a loose dial foot?',
  'Show us your bench (pictures, slow)',
  'Mainspring sizes: a table for beginners',
  'Is this enamel crack worth mending?',
  'Wanted: click spring for a Vienna regulator',
  'Smell of old oil, how to get rid of it',
  'Chime out of step after cleaning',
  'Bushing tools, cheap against good',
  'Pendulum knocks at the case in the evening',
  'Rust on the count wheel, help',
]

const signatures = [
  'Measure twice, order three times.',
  'My other clock is a sundial.',
  'Every spring is loaded until you have looked.',
  'Currently on the bench: too much.',
  'If it ticks, leave it.',
]

function actionBar(filler: Filler): string {
  return `<div class="action-bar bar-top"><a href="/forum/reply" class="button">${icon(filler)} Post a reply</a><div class="dropdown-container topic-tools"><ul><li><a href="#">Subscribe to topic</a></li><li><a href="#">Bookmark</a></li><li><a href="?view=print">Print view</a></li></ul></div><form class="search-box"><input type="search" placeholder="${escapeHtml(filler.chrome.search)}"></form><div class="pagination">Page <strong>1</strong> of <strong>1</strong></div></div>`
}

function postBox(post: Post, at: number, filler: Filler): string {
  const id = filler.number(10_000, 99_999)
  return `<div id="p${id}" class="post has-profile bg${(at % 2) + 1}"><div class="inner">
<dl class="postprofile" id="profile${id}"><dt class="has-profile-rank"><div class="avatar-container"><a href="/forum/u/${filler.number(100, 999)}" class="avatar"><img class="avatar" src="/forum/avatar/${filler.token(8)}.png" width="90" height="90" alt=""></a></div><a href="/forum/u/${filler.number(100, 999)}" class="username">${escapeHtml(post.author)}</a></dt><dd class="profile-rank">${filler.pick(['Apprentice', 'Journeyman', 'Master', 'Cuckoo'])}</dd><dd class="profile-posts"><strong>Posts:</strong> ${filler.number(3, 4000)}</dd><dd class="profile-joined"><strong>Joined:</strong> ${filler.number(2004, 2025)}</dd></dl>
<div class="postbody"><div id="post_content${id}"><ul class="post-buttons"><li><a href="?quote=${id}" title="Reply with quote">${icon(filler)}<span>Quote</span></a></li><li><a href="?report=${id}">${icon(filler)}<span>Report</span></a></li></ul>
<p class="author"><a class="unread" href="#p${id}">Post</a> <span class="responsive-hide">by <strong>${escapeHtml(post.author)}</strong> » </span><time datetime="${post.time}">${post.time.replace('T', ' ').slice(0, 16)}</time></p>
<div class="content">${post.html}</div>
<div id="sig${id}" class="signature">${filler.say(filler.pick(signatures))}</div></div></div>
<div class="back2top"><a href="#top" title="Top">${icon(filler)}</a></div></div></div>`
}
