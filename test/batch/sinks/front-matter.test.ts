import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { withFrontMatter } from '../../../src/batch/sinks/front-matter.ts'
import { doneRecord } from '../../support/records.ts'

describe('withFrontMatter', () => {
  it('writes what is known as YAML, then the Markdown', () => {
    const { value } = doneRecord('x', {
      byline: 'no',
      publishedAt: '2026-11-20',
      language: 'en',
      summary: 'One.\nTwo: 2.',
    })
    expect(withFrontMatter(value)).toBe(
      '---\nurl: "https://a.example/final"\ntitle: "A title"\nbyline: "no"\npublishedAt: "2026-11-20"\nlanguage: "en"\n' +
        'summary: "One.\\nTwo: 2."\n---\n\nSome text.\n',
    )
  })

  it('leaves out what is not known', () => {
    const { value } = doneRecord('x', { title: null, byline: '' })
    expect(withFrontMatter(value)).toBe('---\nurl: "https://a.example/final"\n---\n\nSome text.\n')
  })

  it('lets no text of a page break out of its field', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('---', '\n', '"', ': ', '#', '\u2028', '\u0085', '\ud800'),
    )
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1 }), fc.string({ unit, minLength: 1 }), (title, summary) => {
        const text = withFrontMatter(doneRecord('x', { title, summary, markdown: '---\nbody' }).value)
        const end = text.indexOf('\n---\n\n')
        expect(parse(text.slice('---\n'.length, end))).toEqual({
          url: 'https://a.example/final',
          title: title.toWellFormed(),
          summary: summary.toWellFormed(),
        })
        expect(text.slice(end + '\n---\n\n'.length)).toBe('---\nbody\n')
      }),
      { numRuns: 1_000 },
    )
  })
})
