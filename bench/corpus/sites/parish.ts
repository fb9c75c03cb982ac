import { person, storyLinks } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import type { Fragment } from '../fragment.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, displayDate, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A page of the year 2001 that nobody dared to touch: tables for layout, `font`, spacers, a guest book, a web ring. */
export const parish: Site = {
  name: 'Little Hathern Village Pages',
  origin: 'http://www.little-hathern.example',
  page: (
    article,
    filler,
  ) => `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML lang="${article.language}">
<HEAD>
${contentTypeMeta(article)}
${baseTag(article)}
<TITLE>${escapeHtml(article.title)} - ${siteName(parish, article)}</TITLE>
<META NAME="GENERATOR" CONTENT="PageWright Express 4.0">
${article.byline === undefined ? '' : `<META NAME="author" CONTENT="${escapeHtml(article.byline)}">`}
<META NAME="keywords" CONTENT="${filler.chrome.sections.map(escapeHtml).join(', ')}">
<STYLE TYPE="text/css"><!-- A:link { color: #003399 } A:visited { color: #660066 } TD { font-family: Verdana, Arial; font-size: 11px } .small { font-size: 9px } --></STYLE>
<SCRIPT LANGUAGE="JavaScript"><!--
${preloader(filler)}
//--></SCRIPT>
</HEAD>
<BODY BGCOLOR="#FFFFEE" TEXT="#000000" BACKGROUND="/parish/img/paper.gif" ONLOAD="preload()">
<A NAME="top"></A>
<CENTER><TABLE BORDER=0 CELLPADDING=0 CELLSPACING=0 WIDTH=780>
<TR><TD COLSPAN=5 BGCOLOR="#336633" ALIGN=center><FONT COLOR="#FFFFFF" SIZE=5><B>${siteName(parish, article)}</B></FONT></TD></TR>
<TR><TD COLSPAN=5>${spacer(780, 4)}</TD></TR>
<TR><TD COLSPAN=5 BGCOLOR="#CCDDCC" ALIGN=center CLASS="small">${menuBar(filler)}</TD></TR>
<TR VALIGN=top>
<TD WIDTH=150 BGCOLOR="#EEEEDD">${leftColumn(filler)}</TD>
<TD WIDTH=10>${spacer(10, 1)}</TD>
<TD WIDTH=460><TABLE BORDER=0 CELLPADDING=4 CELLSPACING=0 WIDTH="100%">
<TR><TD><FONT SIZE=4 COLOR="#336633"><B>${escapeHtml(article.title)}</B></FONT><BR>
<FONT SIZE=1><I>${[article.byline, displayDate(article)].filter(Boolean).join(', ')}</I></FONT></TD></TR>
<TR><TD>
${article.html}
</TD></TR>
<TR><TD ALIGN=right><A HREF="#top"><IMG SRC="/parish/img/up.gif" BORDER=0 ALT="^"></A></TD></TR></TABLE></TD>
<TD WIDTH=10>${spacer(10, 1)}</TD>
<TD WIDTH=150 BGCOLOR="#EEEEDD">${rightColumn(article, filler)}</TD></TR>
<TR><TD COLSPAN=5 BGCOLOR="#336633" ALIGN=center><FONT COLOR="#FFFFFF" SIZE=1>${filler.say(filler.chrome.rights)}</FONT></TD></TR>
</TABLE>
<P><FONT SIZE=1>${filler.chrome.footerLinks.map((name, at) => `<A HREF="/parish/f${at}.htm">${escapeHtml(name)}</A>`).join(' | ')}</FONT></P></CENTER>
</BODY>
</HTML>
`,
}

function contentTypeMeta(article: Fragment): string {
  if (article.declared !== 'both' && article.declared !== 'meta') return ''
  return `<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=${article.charsetLabel}">`
}

function spacer(width: number, height: number): string {
  return `<IMG SRC="/parish/img/spacer.gif" WIDTH=${width} HEIGHT=${height} ALT="">`
}

function menuBar(filler: Filler): string {
  return filler.chrome.sections
    .map((name, at) => `<A HREF="/parish/s${at}.htm">${escapeHtml(name)}</A>`)
    .join(' &nbsp;|&nbsp; ')
}

function leftColumn(filler: Filler): string {
  const rows = filler.many(
    26,
    (at) =>
      `<TR><TD WIDTH=14><IMG SRC="/parish/img/bullet${at % 3}.gif" WIDTH=12 HEIGHT=12 ALT="*"></TD><TD CLASS="small"><A HREF="/parish/p${at}.htm" ONMOUSEOVER="on('b${at}')" ONMOUSEOUT="off('b${at}')"><FONT FACE="Verdana" SIZE=1>${filler.headline()}</FONT></A></TD></TR>`,
  )
  return `<TABLE BORDER=0 CELLPADDING=2 CELLSPACING=0 WIDTH=150>${rows}</TABLE>`
}

function rightColumn(article: Fragment, filler: Filler): string {
  const entry = (): string => `<P CLASS="small"><B>${person(filler)}:</B> ${filler.remark()}</P>`
  return `<CENTER><IMG SRC="/parish/cgi-bin/count.cgi?id=${filler.number(10, 99)}" ALT="counter"></CENTER>
<P CLASS="small"><B>${filler.chrome.mostRead}</B></P><UL TYPE=square>${storyLinks(filler, 9, '/parish/n')}</UL>
<HR><P CLASS="small"><B>${filler.chrome.comments}</B></P>${Array.from({ length: article.comments }, entry).join('\n')}
<HR><FORM ACTION="/parish/cgi-bin/mail.pl"><P CLASS="small">${filler.say(filler.chrome.newsletter)}</P><INPUT NAME="m" SIZE=12><INPUT TYPE=submit VALUE="${escapeHtml(filler.chrome.subscribe)}"></FORM>`
}

function preloader(filler: Filler): string {
  const images = filler.many(
    40,
    (at) =>
      `b${at}_on = new Image(12, 12); b${at}_on.src = "/parish/img/${filler.token(6)}.gif"; b${at}_off = new Image(12, 12); b${at}_off.src = "/parish/img/${filler.token(6)}.gif";`,
  )
  return `function preload() { if (document.images) {\n${images}\n} }
function on(n) { if (document.images) document[n].src = eval(n + "_on.src"); }
function off(n) { if (document.images) document[n].src = eval(n + "_off.src"); }
if (top != self) top.location = self.location;`
}
