import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { expect, test } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { readLinear } from '../../../workers/reading/linear/linear.ts'
import { readPage } from '../../../workers/reading/read.ts'
import { writeMarkdown } from '../../../workers/reading/write/markdown.ts'

const names =
  'html head body title div p span a b i em strong h1 h2 ul ol li dl dt dd table caption thead tbody tr td th pre code br hr img blockquote nav main article aside header footer form button input details summary figure figcaption svg math script style noscript template iframe video picture source sup sub del q ruby rt constructor __proto__ hasownproperty x-y'.split(
    ' ',
  )
const attributes = [
  '',
  ' hidden',
  ' class="comments"',
  ' href="/x"',
  ' src="/y.png"',
  ' colspan=3 rowspan=2',
  ' type=checkbox',
  ' role=dialog',
  ' start=7',
]

/** Tags that open, close and nest in any way, with text between. */
const soup = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom(...names), fc.constantFrom(...attributes)).map(([name, rest]) => `<${name}${rest}>`),
      fc.constantFrom(...names).map((name) => `</${name}>`),
      fc.constantFrom(
        'text ',
        'A whole sentence, with a comma and a full stop. '.repeat(4),
        '&lt;b&gt;',
        '\ufdd0\ufdd1',
        '<!-- x -->',
        '<',
        '&',
        ' ',
      ),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => parts.join(''))

function elementsOf(markdown: string): string[] {
  const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })
  return [...new Set([...html.matchAll(/<([a-z]\w*)/g)].map(([, name = '']) => name))]
}

const fromMarkdown =
  'p h1 h2 h3 h4 h5 h6 ul ol li input blockquote pre code em strong del a img br hr table thead tbody tr th td sup section'

test('any soup of tags is a page or a failure with a code, and its Markdown holds no live tags', () => {
  fc.assert(
    fc.property(soup, (html) => {
      const bytes = Uint8Array.from(Buffer.from(html))
      try {
        const page = readPage({ url: 'https://a.example/', contentType: 'text/html', bytes, summarySentences: 2 })
        expect(fromMarkdown.split(' ')).toEqual(expect.arrayContaining(elementsOf(page.markdown)))
        expect(page.markdown.trim()).not.toBe('')
      } catch (error) {
        if (!Failure.is(error)) throw error
      }
      const linear = writeMarkdown(readLinear(html, 'https://a.example/').tree)
      expect(fromMarkdown.split(' ')).toEqual(expect.arrayContaining(elementsOf(linear)))
    }),
    {
      numRuns: 300,
      examples: [
        ['<ul>text &lt;b&gt;'],
        ['<a href="/x"><ol>&lt;b&gt;<html>'],
        ['<table>&lt;b&gt;<a href="/x"><tr>&lt;b&gt;'],
      ],
    },
  )
})
