import { describe, expect, it, test } from 'vitest'
import { markdownOf } from '../markdown-of.ts'

describe('the language of a block of code', () => {
  test.each([
    ['Prism and highlight.js', '<pre><code class="hljs language-ts">x</code></pre>', 'ts'],
    ['a class on the block', '<pre class="lang-py prettyprint">x</pre>', 'py'],
    ['GitHub', '<div class="highlight highlight-source-shell"><pre>x</pre></div>', 'shell'],
    ['GitHub, of text', '<div class="highlight highlight-text-html-basic"><pre>x</pre></div>', 'html'],
    ['Sphinx', '<div class="highlight-python notranslate"><div class="highlight"><pre>x</pre></div></div>', 'python'],
    [
      'Jekyll',
      '<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>x</code></pre></div></div>',
      'ruby',
    ],
    [
      'Hugo',
      '<div class="highlight"><pre class="chroma"><code class="language-go" data-lang="go">x</code></pre></div>',
      'go',
    ],
    ['an attribute', '<pre data-language="JSON">x</pre>', 'json'],
    ['SyntaxHighlighter', '<pre class="brush: js; toolbar: false">x</pre>', 'js'],
    ['Pandoc', '<pre class="sourceCode haskell"><code>x</code></pre>', 'haskell'],
    ['a bare name', '<pre class="rust rust-example-rendered"><code>x</code></pre>', 'rust'],
    ['README pages', '<pre lang="c"><code>x</code></pre>', 'c'],
  ])('%s', (_, html, language) => {
    expect(markdownOf(html)).toBe(`\`\`\`${language}\nx\n\`\`\`\n`)
  })

  test.each([
    ['nothing', '<pre>x</pre>'],
    ['a word for none', '<pre><code class="language-plaintext nohighlight">x</code></pre>'],
    ['the class of a wrapper that only says code', '<div class="highlight code-block"><pre>x</pre></div>'],
    ['the human language of the page', '<div lang="en" class="lang-en"><pre>x</pre></div>'],
  ])('is left out for %s', (_, html) => {
    expect(markdownOf(html)).toBe('```\nx\n```\n')
  })
})

it('the language of one block is not that of another', () => {
  const html =
    '<div class="highlight-source-shell"><pre>npm i</pre></div><p>b</p><pre><code class="language-python">x</code></pre><pre>y</pre>'
  expect(markdownOf(html)).toBe('```shell\nnpm i\n```\n\nb\n\n```python\nx\n```\n\n```\ny\n```\n')
})

describe('the text of a block of code', () => {
  test('keeps lines, blanks and what looks like markup', () => {
    const html = '<pre><code class="language-html">\n&lt;b&gt;*bold*&lt;/b&gt;\n\n  &amp;amp; `tick`\n</code></pre>'
    expect(markdownOf(html)).toBe('```html\n<b>*bold*</b>\n\n  &amp; `tick`\n```\n')
  })

  test('has no colours, and breaks where the page breaks', () => {
    const html = '<pre><code><span class="line"><i>let</i> a</span><br><div>let b</div><div>let c</div></code></pre>'
    expect(markdownOf(html)).toBe('```\nlet a\nlet b\nlet c\n```\n')
  })

  test.each([
    ['in spans', '<pre><span class="lineno">1</span>a\n<span class="line-number">2</span>b</pre>'],
    [
      'in a table',
      '<table class="highlighttable"><tr><td class="linenos"><pre>1\n2</pre></td><td class="code"><pre>a\nb</pre></td></tr></table>',
    ],
    ['in a list of rows', '<pre class="line-numbers">a\nb<span class="line-numbers-rows"><span></span></span></pre>'],
    ['beside a button', '<pre><button>Copy</button>a\nb</pre>'],
  ])('has no line numbers and no buttons: %s', (_, html) => {
    expect(markdownOf(html)).toBe('```\na\nb\n```\n')
  })

  test('gets a longer fence when it holds one', () => {
    expect(markdownOf('<pre>```js\nx\n```</pre>')).toBe('````\n```js\nx\n```\n````\n')
  })
})

describe('code in a line', () => {
  test('is literal', () => {
    expect(markdownOf('<p>Use <code>a &lt;b&gt; `c`</code> now.</p>')).toBe('Use `` a <b> `c` `` now.\n')
  })

  test('keeps its link', () => {
    expect(markdownOf('<p>See <code><a href="/Vec">Vec</a></code>.</p>')).toBe(
      'See [`Vec`](https://site.example/Vec).\n',
    )
  })
})

describe('formulas', () => {
  const math = (attributes: string): string =>
    `<math ${attributes}><semantics><mi>x</mi><annotation encoding="application/x-tex">x^{2} &lt; y</annotation></semantics></math>`

  test('in a line become GitHub formulas in which nothing is markup', () => {
    expect(markdownOf(`<p>so ${math('')} it is</p>`)).toBe('so $`x^{2} < y`$ it is\n')
  })

  test('of their own become a block', () => {
    expect(markdownOf(`<div>${math('display="block"')}</div>`)).toBe('```math\nx^{2} < y\n```\n')
  })

  test('are not written twice where the page draws them as well', () => {
    const drawn = `<span class="katex"><span class="katex-mathml">${math('')}</span><span class="katex-html" aria-hidden="true">x2</span></span>`
    expect(markdownOf(`<p>a ${drawn} b</p>`)).toBe('a $`x^{2} < y`$ b\n')
  })

  test('raised and lowered numbers are characters', () => {
    expect(markdownOf('<p>10<sup>6</sup> H<sub>2</sub>O, the 19<sup>th</sup></p>')).toBe('10⁶ H₂O, the 19th\n')
  })
})
