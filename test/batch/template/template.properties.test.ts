import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KnownNames } from '../../../src/batch/template/names.ts'
import { compileTemplate } from '../../../src/batch/template/template.ts'

const names: KnownNames = { fields: ['name'], results: new Map([['summary', {}]]), text: 'summary' }
/** What data would have to hold to become structure: tags, fences, lines. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '{{',
        '}}',
        '{{name}}',
        '{{#name}}',
        '</document-',
        '<document-0123456789abcdef>',
        '\n',
        '\r',
        '\u2028',
        '>',
        '__proto__',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

test('no data changes the structure of a prompt: input stays on its line, results in their fence', () => {
  const { template, faults } = compileTemplate('A {{name}} B\n{{summary}}\nC', names, 'prompt')
  expect(faults).toEqual([])
  fc.assert(
    fc.property(hostile, hostile, (name, summary) => {
      const text = template.render({ input: { name }, results: { summary }, last: summary })
      const lineEnd = text.indexOf('\n')
      expect(text.slice(0, lineEnd)).toMatch(/^A [^\r\n\u2028\u2029]* B$/)
      const tag = /^<(document-[0-9a-f]{16})>\n/.exec(text.slice(lineEnd + 1))![1]!
      expect(text.slice(lineEnd + 1)).toBe(`<${tag}>\n${summary}\n</${tag}>\nC`)
      expect(summary).not.toContain(tag)
    }),
  )
})

test('no data changes where an address leads', () => {
  const { template } = compileTemplate('https://api.example/search?q={{summary}}&n=1', names, 'address')
  fc.assert(
    fc.property(hostile, (summary) => {
      const url = new URL(template.render({ input: {}, results: { summary }, last: summary }))
      expect([url.origin, url.pathname, url.hash]).toEqual(['https://api.example', '/search', ''])
      expect([...url.searchParams.keys()]).toEqual(['q', 'n'])
      expect(url.searchParams.get('q')).toBe(summary.toWellFormed())
    }),
  )
})

test('any text is a template or has faults, and nothing else is thrown', () => {
  fc.assert(
    fc.property(hostile, (source) => {
      const { template, faults } = compileTemplate(source, names, 'text')
      for (const { start, end } of faults) expect(start >= 0 && end <= source.length && start <= end).toBe(true)
      if (faults.length === 0) template.render({ input: { name: 'n' }, results: { summary: 's' }, last: 's' })
    }),
  )
})
