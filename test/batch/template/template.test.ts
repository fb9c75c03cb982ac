import { describe, expect, test } from 'vitest'
import type { ItemView } from '../../../src/batch/template/item-view.ts'
import type { KnownNames } from '../../../src/batch/template/names.ts'
import type { TemplateKind } from '../../../src/batch/template/render.ts'
import { compileTemplate } from '../../../src/batch/template/template.ts'

const known: KnownNames = {
  fields: ['name', 'url', 'Company Name', 'a.b'],
  results: new Map([
    ['page', { fields: ['markdown', 'title'], text: 'markdown' }],
    ['summary', {}],
    ['answer', {}],
  ]),
  text: 'summary',
}
const item: ItemView = {
  input: { name: 'Acme\n  Inc.', url: 'https://acme.example/a', 'Company Name': 'Acme & Co', 'a.b': 'dotted' },
  results: {
    page: { markdown: '# Acme', title: 'Acme' },
    summary: 'It mills.',
    answer: { score: 7, points: ['one', 'two'], ok: false },
  },
  last: undefined,
}

function rendered(source: string, kind: TemplateKind = 'text', view = item, names = known): string {
  const { template, faults } = compileTemplate(source, names, kind)
  expect(faults).toEqual([])
  return template.render(view)
}

function faultsOf(source: string, names = known): string[] {
  return compileTemplate(source, names, 'prompt').faults.map(
    ({ message, start, end }) => `${start}-${end} ${message.split(' (known')[0]}`,
  )
}

describe('what a template renders', () => {
  test('fields of the input, results, and fields of results', () => {
    expect(rendered('{{name}} | {{summary}} | {{page.title}} | {{answer.score}}')).toBe(
      'Acme\n  Inc. | It mills. | Acme | 7',
    )
  })

  test('a page as its text, objects and arrays as JSON, nothing for null', () => {
    expect(rendered('{{page}} {{answer.points}} {{{answer.points.0}}}')).toBe('# Acme ["one","two"] one')
    expect(rendered('[{{answer}}]', 'text', { ...item, results: { ...item.results, answer: null } })).toBe('[]')
  })

  test('names with blanks and with dots in them', () => {
    expect(rendered('{{Company Name}}, {{ a.b }}, {{input.url}}')).toBe('Acme & Co, dotted, https://acme.example/a')
  })

  test('a column whose name begins with that of another one and a dot', () => {
    const names = { fields: ['a', 'a.b'], results: new Map(), text: undefined }
    const view = { input: { a: 'A', 'a.b': 'B' }, results: {}, last: undefined }
    expect(rendered('{{a}} {{a.b}}', 'text', view, names)).toBe('A B')
    expect(faultsOf('{{a.c}} {{.a}}', names)).toEqual([
      '0-7 a is a column of texts: it has no field c',
      '8-14 unknown name .a, did you mean a?',
    ])
  })

  test('sections over lists and over what is there, inverted ones over what is not', () => {
    expect(rendered('{{#answer.points}}<{{.}}>{{/answer.points}}{{^answer.ok}} no{{/answer.ok}}')).toBe('<one><two> no')
    expect(rendered('{{#answer}}{{score}} {{name}}{{/answer}}')).toBe('7 Acme\n  Inc.')
    expect(rendered('{{#page}}{{title}} {{.}}{{/page}}')).toBe('Acme # Acme')
    expect(rendered('{{! a remark }}x')).toBe('x')
  })

  test('collected items, each with its own input and results', () => {
    const names: KnownNames = { fields: [], results: new Map(), text: undefined, items: known }
    const items = [item, { ...item, input: { name: 'Bolt' }, results: { ...item.results, summary: 'It bolts.' } }]
    const view: ItemView = { input: undefined, results: {}, last: items, items }
    expect(rendered('{{#items}}{{name}}: {{summary}}\n{{/items}}', 'text', view, names)).toBe(
      'Acme\n  Inc.: It mills.\nBolt: It bolts.\n',
    )
    expect(compileTemplate('{{#items}}{{summary}}{{/items}}', names, 'prompt').template).toMatchObject({
      uses: ['summary'],
      hasText: true,
    })
  })
})

describe('where values stand', () => {
  test('in a prompt the input is on one line, and what steps gave is fenced, but for numbers', () => {
    const text = rendered('{{name}} has {{answer.score}}: {{summary}} So?', 'prompt')
    expect(text).toMatch(/^Acme Inc\. has 7: \n<(document-[0-9a-f]{16})>\nIt mills\.\n<\/\1>\n So\?$/)
  })

  test('in an address a value is encoded, but for one that begins it or stands in three braces', () => {
    expect(rendered('{{url}}', 'address')).toBe('https://acme.example/a')
    expect(rendered('https://x.example/?q={{Company Name}}', 'address')).toBe('https://x.example/?q=Acme%20%26%20Co')
    expect(rendered('https://x.example/{{{Company Name}}}', 'address')).toBe('https://x.example/Acme & Co')
  })
})

describe('what is wrong with a template', () => {
  test('unknown names, each at its tag, with the nearest one', () => {
    expect(faultsOf('a {{sumary}} {{page.tilte}} {{summary}}')).toEqual([
      '2-12 unknown name sumary, did you mean summary?',
      '13-27 page has no field tilte, did you mean title?',
    ])
  })

  test('tags and sections that are not closed', () => {
    expect(faultsOf('{{name')).toEqual(['0-2 {{ without }} behind it'])
    expect(faultsOf('x {{name {{url}}')).toEqual(['2-4 {{ without }} behind it'])
    expect(faultsOf('x {{#name}} y')).toEqual(['2-11 {{#name}} without {{/name}} behind it'])
    expect(faultsOf('x {{/name}}')).toEqual(['2-11 {{/name}} without {{#name}} before it'])
    expect(faultsOf('{{#name}}{{#url}}{{/name}}')).toEqual(['9-17 {{#url}} without {{/url}} behind it'])
  })

  test('parts of files, other delimiters, no name', () => {
    expect(faultsOf('{{>other}}')[0]).toMatch(/parts of other files/)
    expect(faultsOf('{{=<% %>=}}<%name%>')[0]).toMatch(/other delimiters/)
    expect(faultsOf('{{}}')).toEqual(['0-4 expected a name between {{ and }}'])
  })

  test('what is too long, and what stands too deep in itself', () => {
    expect(faultsOf('x'.repeat(1_000_000))).toEqual(['0-0 expected at most 262144 characters, got 1000000'])
    expect(faultsOf(`{{${' '.repeat(200_000)}`)).toEqual(['0-2 {{ without }} behind it'])
    const deep = `${'{{#name}}'.repeat(5_000)}${'{{/name}}'.repeat(5_000)}`
    expect(faultsOf(deep)[0]).toMatch(/at most 20 deep/)
  })

  test('a name that the item does not have, where nobody could know it before', () => {
    const names = { ...known, fields: undefined }
    const { template, faults } = compileTemplate('{{nme}}', names, 'prompt')
    expect(faults).toEqual([])
    expect(() => template.render(item)).toThrow('the item has no nme, did you mean name?')
    expect(rendered('{{#nme}}x{{/nme}}', 'prompt', item, names)).toBe('')
  })
})

describe('what no template reaches', () => {
  test.each(['constructor', '__proto__', 'toString', 'page.constructor', 'name.length', 'answer.__proto__.x'])(
    '%s is no name',
    (name) => {
      const names: KnownNames = {
        fields: undefined,
        results: new Map([
          ['page', {}],
          ['answer', {}],
        ]),
        text: undefined,
      }
      const { template } = compileTemplate(`{{${name}}}`, names, 'text')
      expect(() => template.render(item)).toThrow('the item has no')
    },
  )

  test('a function in the data is not called', () => {
    const names: KnownNames = { fields: undefined, results: new Map(), text: undefined }
    const view = { input: { f: () => 'called' }, results: {}, last: undefined }
    expect(rendered('{{f}}', 'text', view, names)).not.toBe('called')
  })
})
