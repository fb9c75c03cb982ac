import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { withFrontMatter } from '../../../src/batch/sinks/front-matter.ts'
import { recordMarkdown } from '../../../src/batch/sinks/record-markdown.ts'
import { failedOutput, outputRecord } from '../../support/output-records.ts'
import { doneRecord } from '../../support/records.ts'

const markdownOf = (value: unknown) => recordMarkdown(outputRecord(0, value))

describe('recordMarkdown', () => {
  it.each([
    ['# A report', '# A report\n'],
    ['', '\n'],
    [{ text: 'Body', score: 0.5, tags: ['no'] }, '---\nscore: 0.5\ntags:\n  - "no"\n---\n\nBody\n'],
    [{ markdown: 'Body\n' }, 'Body\n'],
    [{ score: 1 }, '```json\n{\n  "score": 1\n}\n```\n'],
    [['a ```` b'], '`````json\n[\n  "a ```` b"\n]\n`````\n'],
    [null, '```json\nnull\n```\n'],
  ])('writes %j', (value, markdown) => {
    expect(markdownOf(value)).toBe(markdown)
  })

  it('writes a page as weft read does, and of what is not done the reason', () => {
    const { value } = doneRecord('https://a.example/')
    expect(markdownOf(value)).toBe(withFrontMatter(value))
    expect(recordMarkdown(failedOutput(3))).toBe('> failed: TIMEOUT: too slow\n')
  })

  it('keeps every value whole', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, text) => {
        const known = JSON.parse(JSON.stringify({ ...fields, text })) as Record<string, unknown>
        fc.pre(!('__proto__' in fields) && typeof fields.markdown !== 'string')
        const markdown = markdownOf(known)
        const { text: body, ...others } = known
        if (Object.keys(others).length === 0) return
        const end = markdown.indexOf('\n---\n\n')
        expect(parse(markdown.slice(4, end + 1))).toEqual(others)
        expect(markdown.slice(end + 6).replace(/\n$/, '')).toBe(String(body).toWellFormed().replace(/\n$/, ''))
      }),
    )
  })
})
