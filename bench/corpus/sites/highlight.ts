/** Which highlighter a documentation site runs over its code. Each leaves the language somewhere else. */
export type Highlighter = 'prism' | 'hljs' | 'pygments' | 'shiki' | 'rouge' | 'github'

const block = /<pre><code class="language-([\w+-]+)">([\s\S]*?)<\/code><\/pre>/g

/** Marks up every `<pre><code class="language-x">` of clean HTML as the highlighter would. The text stays the same. */
export function highlight(html: string, highlighter: Highlighter): string {
  return html.replace(block, (_, language: string, code: string) => wrap[highlighter](language, code))
}

const wrap: Readonly<Record<Highlighter, (language: string, code: string) => string>> = {
  prism: (language, code) =>
    `<div class="code-toolbar"><pre class="language-${language}" tabindex="0"><code class="language-${language}">${spans(code, (name) => `token ${name}`)}</code></pre><div class="toolbar"><div class="toolbar-item"><button class="copy-to-clipboard-button" type="button" data-copy-state="copy"><span>Copy</span></button></div></div></div>`,
  hljs: (language, code) =>
    `<pre><code class="hljs language-${language}" data-highlighted="yes">${spans(code, (name) => `hljs-${name}`)}</code></pre>`,
  pygments: (language, code) =>
    `<div class="highlight-${language} notranslate"><div class="highlight"><pre><span></span>${spans(code, (name) => shortNames[name])}\n</pre></div></div>`,
  shiki: (language, code) => {
    const lines = spans(code, () => 'tok').split('\n')
    return `<pre class="shiki github-light" style="background-color:#fff;color:#24292e" tabindex="0" data-language="${language}"><code class="language-${language}">${lines.map((line) => `<span class="line">${line}</span>`).join('\n')}</code></pre>`
  },
  rouge: (language, code) =>
    `<div class="language-${language} highlighter-rouge"><div class="highlight"><pre class="highlight"><code>${spans(code, (name) => shortNames[name])}\n</code></pre></div></div>`,
  github: (language, code) =>
    `<div class="highlight highlight-source-${language} notranslate position-relative overflow-auto" dir="auto"><pre>${spans(code, (name) => `pl-${shortNames[name]}`)}</pre><div class="zeroclipboard-container"><clipboard-copy aria-label="Copy" class="ClipboardButton btn btn-invisible js-clipboard-copy" tabindex="0" role="button"></clipboard-copy></div></div>`,
}

type TokenName = 'comment' | 'string' | 'keyword' | 'number'

const shortNames: Readonly<Record<TokenName, string>> = { comment: 'c1', string: 's', keyword: 'k', number: 'm' }

// On escaped text: a quote is `&quot;` or itself, and nothing here may cut a character reference in two.
const token =
  /(?<comment>(?:\/\/|#) .*)|(?<string>&quot;.*?&quot;|"[^"\n]*"|'[^'\n]*')|(?<keyword>\b(?:const|let|function|return|import|from|export|async|await|if|else|for|in|of|class|def|end|do|while|fn|pub|use|match|struct|select|where|order|by|insert|into|null|true|false|none|self)\b)|(?<number>\b\d[\d_.]*\b)/gi

function spans(code: string, className: (name: TokenName) => string): string {
  return code.replace(token, (text, ...rest) => {
    const groups = rest.at(-1) as Record<TokenName, string | undefined>
    const name = (Object.keys(groups) as TokenName[]).find((key) => groups[key] !== undefined) as TokenName
    return `<span class="${className(name)}">${text}</span>`
  })
}
