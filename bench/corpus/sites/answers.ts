import { footerLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { analytics, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, jsonLd, metaTags, siteName } from './head.ts'
import { type Post, readPosts } from './posts.ts'
import type { Site } from './site.ts'

/** A question and answer site: votes, badges and a list of hot questions. The first post of the fragment is the question. */
export const answers: Site = {
  name: 'Ask the Workshop',
  origin: 'https://ask.workshop.example',
  page: (article, filler) => {
    const [question, ...replies] = readPosts(article.html)
    return `<!DOCTYPE html>
<html itemscope itemtype="https://schema.org/QAPage" class="html__responsive" lang="${article.language}">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} - ${siteName(answers, article)}</title>
${metaTags(answers, article)}
${jsonLd(answers, article, 'QAPage', { mainEntity: { '@type': 'Question', name: article.title, answerCount: replies.length } })}
${stylesheet(filler, 's-', 170)}
</head>
<body class="question-page unified-theme">
${icons(filler, 16)}
<header class="s-topbar"><a href="/ask/" class="s-topbar--logo">${siteName(answers, article)}</a><ol><li><a href="/ask/products">Products</a></li><li><a href="/ask/teams">For teams</a></li></ol><form role="search"><input type="text" placeholder="${escapeHtml(filler.chrome.search)}"></form><a href="/ask/login">${filler.chrome.signIn}</a></header>
<div class="container"><div id="left-sidebar"><nav role="navigation"><ol class="nav-links">${['Questions', 'Tags', 'Users', 'Unanswered', 'Chat', 'Help centre'].map((name) => `<li><a href="/ask/${filler.slug()}">${name}</a></li>`).join('')}</ol></nav></div>
<div id="content"><div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question"><div class="inner-content">
<div id="question-header"><h1 itemprop="name"><a href="${article.path}" class="question-hyperlink">${escapeHtml(article.title)}</a></h1><div class="aside-cta"><a href="/ask/new" class="s-btn">Ask a question</a></div></div>
<div class="stats"><span>Viewed ${filler.number(900, 90_000)} times</span></div>
<div id="mainbar" role="main" aria-label="question and answers">
${question === undefined ? '' : postLayout(question, 'question', filler)}
<div id="answers"><div id="answers-header"><h2>${replies.length} Answers</h2><select><option>Highest score (default)</option><option>Newest first</option></select></div>
${replies.map((reply) => postLayout(reply, 'answer', filler)).join('\n')}
<form id="post-form" class="post-form"><h2>Your answer</h2><textarea></textarea><p>${filler.say('By posting your answer you agree to our terms and to our notice on privacy.')}</p></form></div></div>
<div id="sidebar"><div class="s-sidebarwidget"><div>Linked</div>${hot(filler, 5)}</div><div class="s-sidebarwidget"><div>Hot questions from the network</div>${hot(filler, 18)}</div></div></div></div></div></div>
<footer id="footer"><ul>${footerLinks(filler, '/ask/about/')}</ul><p>${filler.say(filler.chrome.rights)}</p></footer>
<div class="js-consent-banner"><p>${filler.say(filler.chrome.cookie)}</p><button>${filler.chrome.accept}</button><button>${filler.chrome.refuse}</button></div>
${analytics(filler)}
</body>
</html>
`
  },
}

const questions = [
  'Why does my plane chatter on cherry?',
  'How do I find a stud behind lath and plaster?',
  'Can I mix shellac from two years?',
  'What is the name of this joint?',
  'Is it safe to run a kiln in a garage?',
  'Drill bit wanders in hard steel, what now?',
  'How to flatten a stone without another stone',
  'Does beeswax go rancid?',
  'Best order to glue up a frame with a panel',
  'Rattling sound in a belt sander at low speed',
]

function hot(filler: Filler, count: number): string {
  return filler.many(
    count,
    () =>
      `<div class="spacer"><div class="answer-votes">${filler.number(1, 400)}</div><a href="/ask/q/${filler.number(1000, 99_999)}" class="question-hyperlink">${filler.say(filler.pick(questions))}</a></div>`,
  )
}

function postLayout(post: Post, kind: 'question' | 'answer', filler: Filler): string {
  return `<div id="${kind}-${filler.number(1000, 99_999)}" class="${kind} js-${kind}"><div class="post-layout">
<div class="votecell"><div class="js-voting-container"><button aria-label="Up vote"><svg width="18" height="18"><use href="#icon-1"></use></svg></button><div class="js-vote-count" itemprop="upvoteCount">${filler.number(0, 120)}</div><button aria-label="Down vote"><svg width="18" height="18"><use href="#icon-2"></use></svg></button></div></div>
<div class="${kind === 'question' ? 'postcell' : 'answercell'}"><div class="s-prose js-post-body" itemprop="text">
${post.html}
</div>
<div class="post-actions"><div class="js-post-menu"><a href="#">Share</a> <a href="#">Improve this ${kind}</a> <button>Follow</button></div>
<div class="post-signature"><div class="user-info"><div class="user-action-time">${kind === 'question' ? 'asked' : 'answered'} <span title="${post.time}" class="relativetime">${post.time.slice(0, 10)}</span></div><div class="user-details" itemprop="author"><a href="/ask/u/${filler.number(1, 9999)}">${escapeHtml(post.author)}</a><span class="reputation-score">${filler.number(1, 99)},${filler.number(100, 999)}</span><span class="badgecount">${filler.number(1, 30)} gold badges</span></div></div></div></div>
</div></div></div>`
}
