import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { micromark, type Options } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { gfmFootnote, gfmFootnoteHtml } from 'micromark-extension-gfm-footnote'
import { gfmStrikethrough, gfmStrikethroughHtml } from 'micromark-extension-gfm-strikethrough'
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table'
import { gfmTaskListItem, gfmTaskListItemHtml } from 'micromark-extension-gfm-task-list-item'
import { describe, expect, test } from 'vitest'
import { readLinear } from '../../../../workers/reading/linear/linear.ts'
import { parseDocument } from '../../../../workers/reading/parse/document.ts'
import { linkResolver } from '../../../../workers/reading/write/links.ts'
import { markdownTree, writeMarkdown } from '../../../../workers/reading/write/markdown.ts'
import { toHast } from '../../../../workers/reading/write/to-hast.ts'

/** Whatever a page says as text, a reader of the rendered Markdown sees as text. */
describe('text stays text', () => {
  const places: readonly [name: string, wrap: (text: string) => string, elements: string][] = [
    ['a paragraph', (text) => `<p>${text}</p>`, 'p br'],
    ['a heading', (text) => `<h2>${text}</h2>`, 'h2'],
    ['an item of a list', (text) => `<ul><li>first</li><li>${text}</li></ul>`, 'ul li p br'],
    ['an item of a numbered list', (text) => `<ol><li>${text}</li><li>last</li></ol>`, 'ol li p br'],
    ['a quotation', (text) => `<blockquote><p>${text}</p></blockquote>`, 'blockquote p br'],
    [
      'a cell',
      (text) => `<table><tr><th>a</th><th>b</th></tr><tr><td>${text}</td><td>c</td></tr></table>`,
      'table thead tbody tr th td',
    ],
    ['a link', (text) => `<p>see <a href="https://a.example/">${text}</a></p>`, 'p a br'],
    ['strong text', (text) => `<p>so <b>x${text}x</b> it is</p>`, 'p strong br'],
    ['code in a line', (text) => `<p>use <code>x${text}x</code></p>`, 'p code'],
    ['a block of code', (text) => `<pre><code>x${text}x</code></pre>`, 'pre code'],
  ]
  describe.each([
    ['read as a document', markdownOf],
    ['read in linear time', linearMarkdownOf],
  ])('%s', (_, read) => {
    test.each(places)('in %s', (_, wrap, elements) => {
      fc.assert(
        fc.property(hostileText, (text) => {
          const html = wrap(escapeHtml(text))
          const rendered = render(read(html), withoutAutolinks)
          expect(rendered.text).toBe(visible(html))
          expect(rendered.elements.filter((name) => !elements.split(' ').includes(name))).toEqual([])
        }),
        { numRuns: 300 },
      )
    })
  })
})

test('the address, the title and the text of a link and of an image are what they are on the page', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (path, title, text) => {
      const address = `https://a.example/${encodeURIComponent(path)}?${path.replace(/\s/g, '')}`
      const [href, name] = [escapeHtml(new URL(address).href), escapeHtml(title)]
      const html = `<p>x <a href="${href}" title="${name}">x${escapeHtml(text)}</a> <img src="${href}" alt="${name}"></p>`
      const rendered = render(markdownOf(html), withoutAutolinks)
      expect(rendered.text).toBe(visible(html))
      expect(rendered.elements).toEqual(expect.arrayContaining(['p', 'a', 'img']))
      expect(rendered.elements.filter((name) => !['p', 'a', 'img', 'br'].includes(name))).toEqual([])
      expect(rendered.links.map(percentDecode)).toEqual([percentDecode(new URL(address).href)])
    }),
    { numRuns: 300 },
  )
})

test('GitHub makes links of addresses in text, and of nothing else', () => {
  fc.assert(
    fc.property(hostileText, fc.constantFrom(...neighbours), (text, wrap) => {
      const html = `<p>${wrap(escapeHtml(text))}</p>`
      const rendered = render(markdownOf(html), github)
      expect(rendered.text).toBe(visible(html))
      expect(rendered.elements.filter((name) => !['p', 'br', 'a', 'strong', 'code'].includes(name))).toEqual([])
      for (const address of rendered.links) expect(address).toMatch(/^(?:https?:\/\/|mailto:)/)
    }),
    { numRuns: 400 },
  )
})

const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'<script> </script> <b <!-- --> <![CDATA[ &lt; &amp; &#60; & ; * ** _ __ ` `` ``` ~ ~~ ~~~ [ ] ]( ) ![ ]: [^1] \\ \\\\ # ## - + 1. 2) | --- === > : :-- ! $ " \' ( http://a.example/x_y www.a.example a@b.example <http://a.example> \u00a0 {} @ ^ % = /'.split(
          ' ',
        ),
      ),
      fc.constantFrom(' ', '  ', '\n', '\t', 'a', 'word', '1', 'é', '字', '🙂'),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''))

function markdownOf(html: string): string {
  const parsed = parseDocument(html, { maxElements: 1000, maxDepth: 100 })
  if (parsed === undefined) throw new Error('the page is too complex')
  return writeMarkdown(markdownTree(toHast(parsed.document.body, linkResolver('https://site.example/', ''))))
}

/** What may stand right beside a text. */
const neighbours: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${text}<b>bold</b>`,
  (text) => `<b>bold</b>${text}`,
  (text) => `${text}<code>code</code>`,
  (text) => `<a href="https://a.example/">link</a>${text}<a href="https://b.example/">link</a>`,
]

const github: Options = { extensions: [gfm()], htmlExtensions: [gfmHtml()] }

/** Everything of GitHub's but the links it makes of addresses in text: those are not escaped, to stay readable. */
const withoutAutolinks: Options = {
  extensions: [gfmTable(), gfmStrikethrough(), gfmTaskListItem(), gfmFootnote()],
  htmlExtensions: [gfmTableHtml(), gfmStrikethroughHtml(), gfmTaskListItemHtml(), gfmFootnoteHtml()],
}

function linearMarkdownOf(html: string): string {
  return writeMarkdown(readLinear(html, 'https://site.example/').tree)
}

function render(markdown: string, options: Options): { text: string; elements: string[]; links: string[] } {
  const html = micromark(markdown, { ...options, allowDangerousHtml: true })
  const elements: string[] = []
  const links: string[] = []
  const parser = new Parser({
    onopentag: (name, attributes) => {
      elements.push(name)
      if (attributes.href !== undefined) links.push(attributes.href)
    },
  })
  parser.end(html)
  return { text: visible(html), elements, links }
}

/** Byte by byte: renderers differ in what they encode. */
function percentDecode(address: string): string {
  return address.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
}

/** The text of HTML as a reader sees it, white space collapsed. */
function visible(html: string): string {
  let text = ''
  const parser = new Parser({
    onopentagname: (name) => {
      if (/^(?:p|li|t[dhr]|br|h2|pre)$/.test(name)) text += ' '
    },
    ontext: (part) => {
      text += part
    },
  })
  parser.end(html)
  return text
    .replace(/[\u200b\ufeff\u00ad]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
