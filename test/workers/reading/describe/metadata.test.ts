import { describe, expect, test } from 'vitest'
import { type Metadata, metadataOf } from '../../../../workers/reading/describe/metadata.ts'
import { parseDocument } from '../../../../workers/reading/parse/document.ts'

function describePage(head: string, body = '', foundByline: string | null = null): Metadata {
  const parsed = parseDocument(`<html><head>${head}</head><body>${body}</body></html>`, {
    maxElements: 1000,
    maxDepth: 100,
  })
  if (parsed === undefined) throw new Error('the page is too complex')
  return metadataOf(parsed.facts, foundByline)
}

function jsonLd(value: unknown): string {
  return `<script type="application/ld+json">${JSON.stringify(value)}</script>`
}

describe('title', () => {
  test.each([
    [
      'the first heading, when the title says the same',
      '<title>The tide mill | Daily Lantern</title>',
      '<h1>The tide mill</h1>',
      'The tide mill',
    ],
    [
      'without the known name of the site',
      '<title>News - The tide mill - Lantern</title><meta property="og:site_name" content="Lantern">',
      '',
      'News - The tide mill',
    ],
    [
      'without an unknown name of the site',
      '<title>How the tide mill works – Lantern</title>',
      '',
      'How the tide mill works',
    ],
    [
      'not the name of the site before it',
      '<title>Lantern | How the tide mill works</title>',
      '',
      'How the tide mill works',
    ],
    [
      'what is declared for sharing',
      '<title>x</title><meta property="og:title" content="The tide mill, explained">',
      '<h1>Lantern</h1>',
      'The tide mill, explained',
    ],
    ['a dash inside stays', '<title>Spider-Man: far-off days</title>', '', 'Spider-Man: far-off days'],
    ['the heading, when nothing is declared', '', '<h1>The  <em>tide</em> mill</h1>', 'The tide mill'],
  ])('%s', (_, head, body, expected) => {
    expect(describePage(head, body).title).toBe(expected)
  })

  test('the headline of JSON-LD, in a graph', () => {
    const graph = {
      '@graph': [
        { '@type': 'WebSite', name: 'Lantern' },
        { '@type': ['NewsArticle'], headline: 'The mill' },
      ],
    }
    expect(describePage(`<title>Lantern</title>${jsonLd(graph)}`).title).toBe('The mill')
  })

  test('none', () => {
    expect(describePage('', '<p>text</p>').title).toBeNull()
  })
})

describe('byline', () => {
  test.each([
    ['one author', { name: 'Ida Brandt' }, 'Ida Brandt'],
    ['several', [{ name: 'Ida Brandt' }, 'Tom Reed'], 'Ida Brandt, Tom Reed'],
    ['a string', 'By Ida Brandt', 'Ida Brandt'],
  ])('from JSON-LD: %s', (_, author, expected) => {
    expect(describePage(jsonLd({ '@type': 'BlogPosting', author })).byline).toBe(expected)
  })

  test('from <meta>, but no address', () => {
    const head =
      '<meta property="article:author" content="https://a.example/ida"><meta name="Author" content="Ida Brandt">'
    expect(describePage(head).byline).toBe('Ida Brandt')
  })

  test('as found in the text, when nothing is declared', () => {
    expect(describePage('', '', ' by  Ida Brandt | ').byline).toBe('Ida Brandt')
    expect(describePage('<meta name="author" content="Tom Reed">', '', 'Ida Brandt').byline).toBe('Tom Reed')
    expect(describePage('', '', 'x'.repeat(500)).byline).toBeNull()
  })
})

describe('publication', () => {
  test.each([
    ['JSON-LD', jsonLd({ '@type': 'Article', datePublished: '2025-10-20' }), '', '2025-10-20'],
    [
      'OpenGraph',
      '<meta property="article:published_time" content="2025-10-20T08:00:00Z">',
      '',
      '2025-10-20T08:00:00Z',
    ],
    ['Dublin Core', '<meta name="DC.date.issued" content="2025-10-20">', '', '2025-10-20'],
    [
      'microdata',
      '',
      '<time datetime="2024-01-01">x</time><time itemprop="datePublished" datetime="2025-10-20">x</time>',
      '2025-10-20',
    ],
    [
      'the first <time>',
      '',
      '<time datetime="2025-10-20T08:00">x</time><time datetime="2024-01-01">x</time>',
      '2025-10-20T08:00',
    ],
  ])('from %s', (_, head, body, expected) => {
    expect(describePage(head, body).publishedAt).toBe(expected)
  })

  test('none rather than nonsense', () => {
    expect(describePage('<meta name="date" content="soon">').publishedAt).toBeNull()
  })
})

describe('language', () => {
  test('from <html lang>, in its canonical form', () => {
    expect(
      metadataOf(parseDocument('<html lang="EN-us">', { maxElements: 9, maxDepth: 9 })!.facts, null).language,
    ).toBe('en-US')
  })

  test.each([
    ['<meta http-equiv="content-language" content="de, en">', 'de'],
    ['<meta property="og:locale" content="pt_BR">', 'pt-BR'],
    [jsonLd({ '@type': 'Article', inLanguage: 'ja' }), 'ja'],
    ['<meta http-equiv="content-language" content="not a language">', null],
  ])('from %s', (head, expected) => {
    expect(describePage(head).language).toBe(expected)
  })
})

test('JSON-LD that is broken, deep or about something else says nothing', () => {
  const deep = `${'{"@graph":['.repeat(20_000)}${']}'.repeat(20_000)}`
  const broken = `<script type="application/ld+json">{"@type": "Article", "headline": </script>`
  const other = jsonLd({ '@type': 'Organization', name: 'Lantern', author: 'x', datePublished: '2025-10-20' })
  const head = `${broken}<script type="application/ld+json">${deep}</script>${other}`
  expect(describePage(head)).toEqual({ title: null, byline: null, publishedAt: null, language: null })
})
