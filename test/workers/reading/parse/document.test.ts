import { describe, expect, test } from 'vitest'
import { parseDocument } from '../../../../workers/reading/parse/document.ts'
import { markdownOf } from '../markdown-of.ts'

const limits = { maxElements: 1000, maxDepth: 200 }

describe('what is no text is left out', () => {
  test.each([
    '<script>alert("text")</script>',
    '<style>p { content: "text" }</style>',
    '<svg><text>text</text><title>text</title></svg>',
    '<template><p>text</p></template>',
    '<select><option>text</option></select>',
    '<textarea>text</textarea>',
    '<button>text</button>',
    '<noscript>text</noscript>',
    '<!-- text -->',
    '<canvas>text</canvas>',
  ])('%s', (html) => {
    expect(markdownOf(`<p>before</p>${html}<p>after</p>`)).toBe('before\n\nafter\n')
  })

  test('but not the heading of something that folds', () => {
    expect(markdownOf('<h3><button aria-expanded="false">Question</button></h3><p>Answer</p>')).toBe(
      '### Question\n\nAnswer\n',
    )
  })
})

describe('images', () => {
  test.each([
    ['its own address', '<img src="a.png" alt="x">', 'https://site.example/dir/a.png'],
    ['a lazy address', '<img src="data:image/gif;base64,R0" data-src="/a.png" alt="x">', 'https://site.example/a.png'],
    [
      'a lazy address behind a placeholder',
      '<img src="/img/blank.gif" data-original="/a.png" alt="x">',
      'https://site.example/a.png',
    ],
    [
      'the largest of a set',
      '<img srcset="/s.png 320w, /l.png 1280w,/m.png 640w" alt="x">',
      'https://site.example/l.png',
    ],
    ['a set by density', '<img srcset="/a,b.png, /c.png 2x" alt="x">', 'https://site.example/c.png'],
    [
      'the source of a picture',
      '<picture><source srcset="/a.webp"><img alt="x"></picture>',
      'https://site.example/a.webp',
    ],
    [
      'what stands in for it without scripts',
      '<img data-x="1" alt="x"><noscript><img src="/a.png" alt="x"></noscript>',
      'https://site.example/a.png',
    ],
  ])('have %s', (_, html, address) => {
    expect(markdownOf(`<p>${html}</p>`)).toBe(`![x](${address})\n`)
  })

  test.each([
    ['a tracking pixel', '<img src="/t.gif" width="1" height="1">'],
    ['one without an address', '<img alt="x">'],
    ['one that is its own data', '<img src="data:image/png;base64,AAAA" alt="x">'],
    ['one that runs something', '<img src="javascript:alert(1)" alt="x">'],
    ['a second copy for browsers without scripts', '<noscript><img src="/a.png"></noscript>'],
  ])('leave out %s', (_, html) => {
    expect(markdownOf(`<p>text ${html}</p>`)).toBe('text\n')
  })
})

test('a list of tasks keeps its marks', () => {
  const html =
    '<ul><li><input type="checkbox" checked disabled> done</li><li><p><input type="checkbox"> open</p></li></ul>'
  expect(markdownOf(html)).toBe('- [x] done\n- [ ] open\n')
})

test('a page without html, head or body is a page', () => {
  const parsed = parseDocument('<title>T</title><p>one<p>two', limits)
  expect(parsed?.facts.title).toBe('T')
  expect(parsed?.document.body.textContent).toBe('onetwo')
})

describe('end tags that are left out', () => {
  test.each([
    [
      'of the parts of a table',
      '<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2<tr><td>3<td>4</table>',
      '| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | 4 |\n',
    ],
    ['of items', '<ul><li>one<li>two<ul><li>deep</ul><li>three</ul>', '- one\n- two\n  - deep\n- three\n'],
    ['of items, round emphasis that is not ended', '<ul><li><i>one<li>two</ul>', '- *one*\n- two\n'],
    ['of terms', '<dl><dt>a<dd>1<dt>b<dd>2</dl>', '- a\n\n  1\n\n- b\n\n  2\n'],
    ['of paragraphs', '<p>one<p>two<h2>Title</h2>three', 'one\n\ntwo\n\n## Title\n\nthree\n'],
    ['of paragraphs, round emphasis that is not ended', '<p><b>one<p>two<p>three', 'one\n\ntwo\n\nthree\n'],
  ])('%s', (_, html, expected) => {
    expect(markdownOf(html)).toBe(expected)
  })
})

describe('limits', () => {
  test('too many elements', () => {
    expect(parseDocument('<p>x</p>'.repeat(999), limits)).toBeDefined()
    expect(parseDocument('<p>x</p>'.repeat(1001), limits)).toBeUndefined()
  })

  test('too deep', () => {
    expect(parseDocument('<div>'.repeat(190), limits)).toBeDefined()
    expect(parseDocument('<div>'.repeat(300), limits)).toBeUndefined()
  })

  test('deep nesting within the limits is flattened, lines stay apart', () => {
    expect(markdownOf(`${'<div>'.repeat(150)}<p>one</p><p>two</p>`)).toBe('one\\\ntwo\n')
  })

  test('attributes that nobody reads do not count', () => {
    const attributes = Array.from({ length: 50_000 }, (_, i) => `data-a${i}="x"`).join(' ')
    expect(markdownOf(`<p ${attributes}>text</p>`)).toBe('text\n')
  })
})
