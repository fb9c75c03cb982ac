import Table from 'cli-table3'
import { readPage } from '../../workers/read-page.ts'

// How long pages take that are made to take long, and big ones that are not, on one thread.
//
//     npx node bench/reading/hostile.ts

const sentence = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. '

/** As many as still go through a document; more are read in linear time. */
const justWithinLimits = 24_900

const pages: readonly (readonly [name: string, html: () => string])[] = [
  ['100,000 nested elements', () => `${'<div>'.repeat(100_000)}deep text${'</div>'.repeat(100_000)}`],
  ['1,000,000 attributes of one element', () => `<p ${times(1_000_000, (i) => `a${i}=x `)}>text</p>`],
  ['1,000,000 attributes of 10,000', () => times(10_000, () => `<p ${times(100, (i) => `a${i}=x `)}>text</p>`)],
  ['200,000 items of a list', () => `<ol>${times(200_000, (i) => `<li>item ${i}</li>`)}</ol>`],
  [
    '10 MB, an ordinary page',
    () => `<main>${times(12_000, (i) => `<h2>Part ${i}</h2><p>${sentence.repeat(8)}</p>`)}</main>`,
  ],
  ['10 MB, one paragraph of signs', () => `<p>${'Lorem ipsum dolor_sit * amet [x] '.repeat(300_000)}</p>`],
  ['5 MB of code', () => `<pre class="lang-js">${'const a = 1 // `x`\n'.repeat(250_000)}</pre>`],
  ['24,900 links', () => times(justWithinLimits, (i) => `<a href="/p${i}">link ${i}</a> `)],
  ['24,900 paragraphs', () => `<article>${times(justWithinLimits, () => `<p>${sentence}</p>`)}</article>`],
  ['lists in lists, 40 deep', () => times(310, () => `${'<ul><li>a'.repeat(40)}${'</ul>'.repeat(40)}`)],
  ['12,450 pieces of code in lines', () => times(justWithinLimits / 2, (i) => `<p>Use <code>f(${i})</code> now</p>`)],
]

const table = new Table({
  head: ['page', 'MB', 'ms', 'MB of Markdown'],
  colAligns: ['left', 'right', 'right', 'right'],
  style: { head: [], border: [] },
})
for (const [name, html] of pages) {
  const bytes = Uint8Array.from(Buffer.from(html()))
  const start = performance.now()
  const { markdown } = readPage({ url: 'https://site.example/', contentType: 'text/html', bytes, summarySentences: 3 })
  const ms = performance.now() - start
  table.push([name, megabytes(bytes.length), ms.toFixed(0), megabytes(markdown.length)])
}
console.log(table.toString())

function times(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('')
}

function megabytes(size: number): string {
  return (size / 1e6).toFixed(1)
}
