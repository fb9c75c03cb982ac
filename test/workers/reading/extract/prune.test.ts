import { describe, expect, test } from 'vitest'
import { proseLength, prune } from '../../../../workers/reading/extract/prune.ts'
import { parseDocument } from '../../../../workers/reading/parse/document.ts'

const long =
  'The mill stands on the dam between the pond and the sea, and has done so since the year of the great flood. '.repeat(
    6,
  )

/** The text that is left of a body. */
function left(html: string): string {
  const parsed = parseDocument(html, { maxElements: 1000, maxDepth: 100 })
  if (parsed === undefined) throw new Error('the page is too complex')
  prune(parsed.document.body)
  return parsed.document.body.textContent.replace(/\s+/g, ' ').trim()
}

describe('what declares itself to be no content goes', () => {
  test.each([
    '<nav>x</nav>',
    '<div role="navigation">x</div>',
    '<footer>x</footer>',
    '<header>x</header>',
    '<div role="dialog">x</div>',
    '<div class="CookieBanner">x</div>',
    '<div id="onetrust-consent-sdk">x</div>',
    '<div class="post-share-buttons">x</div>',
    '<section class="related-posts">x</section>',
    '<div class="newsletter">x</div>',
    '<div aria-hidden="true">x</div>',
    '<div style="display: none">x</div>',
    '<div hidden>x</div>',
    '<section id="comments">x</section>',
  ])('%s', (html) => {
    expect(left(`<article><p>${long}</p></article>${html}`)).toBe(long.trim())
  })
})

describe('what only sounds like it stays', () => {
  test.each([
    ['the header of an article', '<article><header>kept</header></article>'],
    ['a header with the title', '<header><h1>kept</h1></header>'],
    ['the source of a quotation', '<blockquote><footer>kept</footer></blockquote>'],
    ['a part of a word', '<div class="shared-memory adsorption">kept</div>'],
    ['a box with code', '<div class="code-social"><pre>kept</pre></div>'],
    ['a paragraph', '<p class="comment">kept</p>'],
  ])('%s', (_, html) => {
    expect(left(`<p>${long}</p>${html}`)).toContain('kept')
  })
})

describe('a page that would be empty without it keeps it', () => {
  test('a page of comments', () => {
    const thread = `<div class="comment">${long}</div>`.repeat(3)
    expect(left(`<h1>Ask</h1>${thread}`)).toContain(long.trim())
  })

  test('a page that its scripts reveal: shown, and looked at again', () => {
    const hidden = `<div hidden><nav>menu</nav><p>${long}</p></div>`
    expect(left(`<div role="dialog">We value your privacy. ${long}</div>${hidden}`)).toBe(long.trim())
  })

  test('a page of links', () => {
    const links = '<nav><a href="/a">A chapter about something</a></nav>'.repeat(20)
    expect(left(links)).toContain('A chapter')
  })
})

test('prose is text outside links', () => {
  const parsed = parseDocument('<p>four <a href="/">not <b>this</b></a> <b>more</b></p>', {
    maxElements: 9,
    maxDepth: 9,
  })!
  expect(proseLength(parsed.document.body)).toBe('four'.length + 'more'.length)
})
