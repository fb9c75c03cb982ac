import { describe, expect, test } from 'vitest'
import { markdownOf } from '../markdown-of.ts'

describe('tables', () => {
  test('have their header, alignment and escapes', () => {
    const html = `<table><thead><tr><th>Name</th><th align="right">Size</th><th style="text-align: center">Note</th></tr></thead>
      <tbody><tr><td><code>a|b</code></td><td>1</td><td>x | y</td></tr></tbody></table>`
    expect(markdownOf(html)).toBe('| Name | Size | Note |\n| - | -: | :-: |\n| `a\\|b` | 1 | x \\| y |\n')
  })

  test('keep their caption', () => {
    const html = '<table><caption>Yields</caption><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>'
    expect(markdownOf(html)).toBe('Yields\n\n| a | b |\n| - | - |\n| 1 | 2 |\n')
  })

  test('hold no blocks: paragraphs, lists and breaks become blanks', () => {
    const html =
      '<table><tr><th>a</th><th>b</th></tr><tr><td><p>one</p><p>two<br>three</p></td><td><ul><li>x</li><li>y</li></ul></td></tr></table>'
    expect(markdownOf(html)).toBe('| a | b |\n| - | - |\n| one two three | x y |\n')
  })

  test('fill what their cells span, as far as a table may sensibly go', () => {
    const html =
      '<table><tr><th>a</th><th>b</th></tr><tr><td colspan="2">wide</td></tr><tr><td colspan="99999999">x</td></tr></table>'
    expect(
      markdownOf(html)
        .split('\n')[2]
        ?.replaceAll(/(?:\| )+\|?$/g, ''),
    ).toBe('| wide ')
    expect(markdownOf(html).length).toBeLessThan(1000)
  })

  test.each([
    ['role', '<table role="presentation"><tr><td><p>one</p></td><td><p>two</p></td></tr></table>'],
    ['one column', '<table><tr><td>one</td></tr><tr><td>two</td></tr></table>'],
    ['a table inside', '<table><tr><td><table><tr><td>one</td></tr></table></td><td>two</td></tr></table>'],
  ])('that only arrange the page are none: %s', (_, html) => {
    expect(markdownOf(html)).toBe('one\n\ntwo\n')
  })
})

test('the parts of a table without their table are divisions of the page', () => {
  expect(markdownOf('<div><td><p>one</p><p>two</p></td></div>')).toBe('one\n\ntwo\n')
})

describe('lists', () => {
  test('are nested, numbered and started as on the page', () => {
    const html = '<ol start="3"><li>three<ul><li>a<ol><li>deep</li></ol></li><li>b</li></ul></li><li>four</li></ol>'
    expect(markdownOf(html)).toBe('3. three\n   - a\n     1. deep\n   - b\n4. four\n')
  })

  test('of definitions', () => {
    expect(markdownOf('<dl><dt>term</dt><dd>what it means</dd></dl>')).toBe('- term\n\n  what it means\n')
  })
})

describe('links', () => {
  test.each([
    ['a path', '/x', 'https://site.example/x'],
    ['a relative path', 'y?z=1', 'https://site.example/dir/y?z=1'],
    ['another host', '//other.example/', 'https://other.example/'],
    ['a place on the page', '#part', 'https://site.example/dir/page#part'],
    ['mail', 'mailto:a@b.example', 'mailto:a@b.example'],
    ['blanks round it', '  /x  ', 'https://site.example/x'],
  ])('are absolute: %s', (_, href, absolute) => {
    expect(markdownOf(`<p><a href="${href}">text</a></p>`)).toBe(`[text](${absolute})\n`)
  })

  test('follow <base href>, relative to the page itself', () => {
    expect(markdownOf('<base href="/docs/v2/"><p><a href="a">text</a></p>')).toBe(
      '[text](https://site.example/docs/v2/a)\n',
    )
  })

  test.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
    'http://[',
    '',
  ])('that lead nowhere good are text: %o', (href) => {
    expect(markdownOf(`<p><a href="${href}">text</a></p>`)).toBe('text\n')
  })

  test('between files lead to files', () => {
    expect(markdownOf('<p><a href="other.html">text</a></p>', 'file:///notes/page.html')).toBe(
      '[text](file:///notes/other.html)\n',
    )
  })

  test('beside headings, for linking to them, are left out', () => {
    expect(markdownOf('<h2 id="a">Title <a class="anchor" href="#a">#</a></h2>')).toBe('## Title\n')
  })

  test('round blocks are split over them', () => {
    expect(markdownOf('<a href="/x"><h3>Title</h3><p>Teaser</p></a>')).toBe(
      '### [Title](https://site.example/x)\n\n[Teaser](https://site.example/x)\n',
    )
  })
})

describe('inline', () => {
  test('nothing is emphasised twice, and headings are strong already', () => {
    expect(markdownOf('<h2><b>Title</b></h2><p><b>a <strong>b</strong></b> <i>c <em>d</em></i></p>')).toBe(
      '## Title\n\n**a b** *c d*\n',
    )
  })

  test('emphasis round blocks is dropped', () => {
    expect(markdownOf('<b><p>one</p><p>two</p></b>')).toBe('one\n\ntwo\n')
  })

  test('what is empty is left out', () => {
    expect(markdownOf('<h2></h2><p><b> </b><a href="/x"></a></p><ul><li></li></ul><p>text</p>')).toBe('text\n')
  })

  test('addresses and ampersands in text stay readable', () => {
    expect(markdownOf('<p>AT&amp;T, see https://a.example/x_y?a=1&amp;b=2 or write to me@a.example.</p>')).toBe(
      'AT&T, see https://a.example/x_y?a=1&b=2 or write to me@a.example.\n',
    )
  })

  test('what looks like a character reference is not one', () => {
    expect(markdownOf('<p>write &amp;copy; for &copy;</p>')).toBe('write \\&copy; for ©\n')
  })
})
