import { describe, expect, test } from 'vitest'
import { extract } from '../../../../workers/reading/extract/extract.ts'
import { parseDocument } from '../../../../workers/reading/parse/document.ts'
import type { DomDocument } from '../../../../workers/reading/parse/dom.ts'

const url = 'https://site.example/page'
const paragraph = (words: string): string =>
  `<p>${`${words}, and the rest of this sentence is here so that the paragraph has a length, commas and all. `.repeat(4)}</p>`

function read(html: string): { text: string; byline: string | null; parses: number } {
  let parses = 0
  const parse = (): DomDocument => {
    parses += 1
    const parsed = parseDocument(html, { maxElements: 5000, maxDepth: 200 })
    if (parsed === undefined) throw new Error('the page is too complex')
    return parsed.document
  }
  const { content, byline } = extract(parse, url)
  return { text: content.textContent, byline, parses }
}

describe('an article', () => {
  const article = `<body><div class="menu"><ul>${'<li><a href="/x">menu</a></li>'.repeat(20)}</ul></div>
    <div id="content"><h1>Title</h1><div class="byline">By Ida Brandt</div>${paragraph('First')}${paragraph('Second')}${paragraph('Last')}</div>
    <div class="sidebar"><a href="/y">sidebar</a></div></body>`

  test('is found by Readability alone', () => {
    const { text, parses } = read(article)
    expect(text).toContain('First')
    expect(text).toContain('Last')
    expect(text).not.toContain('menu')
    expect(parses).toBe(1)
  })

  test('gives the byline that stands in it', () => {
    expect(read(article).byline).toBe('By Ida Brandt')
  })
})

test('where Readability takes one answer for the whole thread, Defuddle has a say', () => {
  const answer = (n: number): string =>
    `<div class="answer" id="a${n}"><div class="cell">${paragraph(`Answer ${n}`)}</div><div class="votes">${n}</div></div>`
  const html = `<body><main><h1>Question</h1><div class="question"><div class="cell">${paragraph('Asked')}</div></div>
    <div id="answers">${[1, 2, 3, 4, 5, 6].map(answer).join('')}</div></main></body>`
  const { text } = read(html)
  for (const words of ['Asked', 'Answer 1', 'Answer 6']) expect(text).toContain(words)
})

test('a page of next to nothing is itself', () => {
  expect(read('<body>It works!</body>').text.trim()).toBe('It works!')
})
