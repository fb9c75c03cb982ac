import { describe, expect, test } from 'vitest'
import { readLinear } from '../../../../workers/reading/linear/linear.ts'
import { writeMarkdown } from '../../../../workers/reading/write/markdown.ts'

function markdownOf(html: string): string {
  return writeMarkdown(readLinear(html, 'https://site.example/dir/page').tree)
}

describe('what becomes of the elements', () => {
  test.each([
    ['headings and paragraphs', '<h1>Title</h1><p>One<p>Two <b>bold</b>', '# Title\n\nOne\n\nTwo bold\n'],
    [
      'lists, numbered from one',
      '<ul><li>a<li><p>b</p><p>more</p></ul><ol><li>c</li><li>d</li></ol>',
      '- a\n- b\n\n  more\n\n1. c\n2. d\n',
    ],
    [
      'code',
      '<pre class="lang-js">let a\n<b>let</b> b</pre><p>a <code>b</code></p>',
      '```js\nlet a\nlet b\n```\n\na `b`\n',
    ],
    ['tables', '<table><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>', '| a | b |\n| - | - |\n| 1 | 2 3 |\n'],
    ['tables that arrange the page', '<table><tr><td>one</td></tr><tr><td>two</td></tr></table>', 'one\n\ntwo\n'],
    [
      'links and images',
      '<base href="/b/"><p><a href="c">text</a> <img src="d.png" alt="e"> <a href="javascript:x">f</a>',
      '[text](https://site.example/b/c) ![e](https://site.example/b/d.png) f\n',
    ],
    ['breaks', '<p>one<br>two<br><br>three</p>', 'one\\\ntwo\n\nthree\n'],
    ['rules', '<p>a</p><hr><p>b</p>', 'a\n\n---\n\nb\n'],
    ['end tags without a start', '</div></ul></a>text</p></table>', 'text\n'],
    ['scripts and styles', '<script>var a = "<p>no</p>"</script><style>p {}</style><p>yes', 'yes\n'],
    ['something that is skipped and never ends', `<select><option>x${'<p>word</p>'.repeat(15_000)}<p>last</p>`, 'last'],
  ])('%s', (_, html, expected) => {
    if (expected === 'last') expect(markdownOf(html).endsWith('last\n')).toBe(true)
    else expect(markdownOf(html)).toBe(expected)
  })
})

describe('what counts as the page', () => {
  const prose = 'Words of the page itself. '.repeat(10)

  test('not navigation, sidebars and footers', () => {
    expect(markdownOf(`<nav>menu</nav><p>${prose}</p><aside>side</aside><footer>foot</footer>`)).toBe(
      `${prose.trim()}\n`,
    )
  })

  test('what stands in <main> or <article>, when it holds enough', () => {
    expect(markdownOf(`<p>before</p><main><p>${prose}</p></main><p>after</p>`)).toBe(`${prose.trim()}\n`)
    expect(markdownOf(`<article>teaser</article><p>${prose}</p>`)).toBe(`teaser\n\n${prose.trim()}\n`)
  })

  test('navigation, when there is nothing else', () => {
    expect(markdownOf('<nav><a href="/a">menu</a></nav>')).toBe('[menu](https://site.example/a)\n')
  })
})

test('notes what the page says about itself', () => {
  const html = `<html lang="de"><title>T &amp; U</title><meta name="author" content="Ida"><h1>The <b>mill</b></h1>
    <script type="application/ld+json">{"@type":"Article"}</script><time datetime="2025-10-20"></time>`
  const { facts } = readLinear(html, 'https://site.example/')
  expect(facts).toMatchObject({ language: 'de', title: 'T & U', heading: 'The mill', time: '2025-10-20' })
  expect(facts.meta.get('author')).toBe('Ida')
  expect(facts.jsonLd).toEqual(['{"@type":"Article"}'])
})
