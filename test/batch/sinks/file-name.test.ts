import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileNames, maxNameLength } from '../../../src/batch/sinks/file-name.ts'

const anyUnit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.constantFrom('/', '\\', '..', '.', '%2e', '%2f', '%00', '\0', '\n', 'CON', '~', ':', '*', 'İ', 'ﬃ', '\ud800'),
)
const anyInput = fc.oneof(
  fc.string({ unit: anyUnit, maxLength: 300 }),
  fc.string({ unit: anyUnit }).map((path) => `https://a.example/${path}`),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.constantFrom('https://a.example/', 'notes/a.md'),
)

describe('FileNames', () => {
  it('gives every input a safe, short name of its own', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 40 }), (inputs) => {
        const names = new FileNames()
        const given = inputs.map((input) => names.next(input))
        expect(new Set(given).size).toBe(inputs.length)
        for (const name of given) {
          expect(name).toMatch(/^[a-z0-9][a-z0-9-]*\.md$/)
          expect(name.length).toBeLessThanOrEqual(maxNameLength)
          expect(basename(join('/out', name))).toBe(name)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('gives the same names again for the same inputs', () => {
    fc.assert(
      fc.property(fc.array(anyInput), (inputs) => {
        const [first, second] = [new FileNames(), new FileNames()]
        expect(inputs.map((input) => first.next(input))).toEqual(inputs.map((input) => second.next(input)))
      }),
    )
  })

  it.each([
    ['https://a.example/docs/Über%20uns.html?page=2#x', /^a-example-docs-uber-uns-[0-9a-f]{10}\.md$/],
    ['https://a.example:8080/', /^a-example-8080-[0-9a-f]{10}\.md$/],
    ['notes/deep/My File.md', /^my-file-[0-9a-f]{10}\.md$/],
    ['file:///home/me/My%20File.xhtml', /^my-file-[0-9a-f]{10}\.md$/],
    ['C:\\pages\\a.b.htm', /^a-b-[0-9a-f]{10}\.md$/],
    ['https://日本.example/日本', /^xn-wgv71a-example-[0-9a-f]{10}\.md$/],
    ['日本.md', /^page-[0-9a-f]{10}\.md$/],
    ['../../etc/passwd', /^passwd-[0-9a-f]{10}\.md$/],
    ['..', /^page-[0-9a-f]{10}\.md$/],
    ['con', /^con-[0-9a-f]{10}\.md$/],
    [`https://a.example/${'x'.repeat(500)}`, /^a-example-x{64}-[0-9a-f]{10}\.md$/],
  ])('names %s readably', (input, expected) => {
    expect(new FileNames().next(input)).toMatch(expected)
  })

  it('numbers an input that comes again', () => {
    const names = new FileNames()
    const [first = '', second, third] = ['a.md', 'a.md', 'a.md'].map((input) => names.next(input))
    expect([second, third]).toEqual([first.replace('.md', '-2.md'), first.replace('.md', '-3.md')])
  })
})
