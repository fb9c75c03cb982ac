import { describe, expect, test } from 'vitest'
import { describeMarkdown, describeText, proseOfMarkdown, proseOfText } from '../../../workers/reading/text.ts'

describe('Markdown', () => {
  test.each([
    ['the first heading', 'intro\n\n## A *good* [title](x) ##\n\n# Later', 'A good title'],
    ['an underlined heading', 'The title\n=========\n\ntext', 'The title'],
    ['not a comment in code', '```sh\n# not this\n```\n\n# This', 'This'],
    ['none', 'just text\n\nmore', null],
  ])('title: %s', (_, markdown, title) => {
    expect(describeMarkdown(markdown).title).toBe(title)
  })

  test('front matter', () => {
    const markdown = '---\ntitle: "The mill"\nauthor: Ida\ndate: 2025-10-20\nlang: de\ntags:\n  - x\n---\n# Other'
    expect(describeMarkdown(markdown)).toEqual({
      title: 'The mill',
      byline: 'Ida',
      publishedAt: '2025-10-20',
      language: 'de',
    })
  })

  test('prose is what is neither heading, code nor table', () => {
    const markdown = '---\ntitle: x\n---\n# H\n\nOne *sentence*.\n\n| a | b |\n| - | - |\n| c | d |\n\n    code\n\nTwo.'
    expect(proseOfMarkdown(markdown)).toEqual(['One sentence.', 'Two.'])
  })
})

describe('plain text', () => {
  test.each([
    ['\n\nThe title\n---------\n\ntext', 'The title'],
    ['# not a title in plain text\ntext', null],
    ['text\n\nmore', null],
  ])('title of %o', (text, title) => {
    expect(describeText(text).title).toBe(title)
  })

  test('paragraphs', () => {
    expect(proseOfText('one\ntwo\n\n\nthree\n')).toEqual(['one two', 'three'])
  })
})
