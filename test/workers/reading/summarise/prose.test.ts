import type { Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { expect, test } from 'vitest'
import { proseOf } from '../../../../workers/reading/summarise/prose.ts'

function prose(markdown: string): string[] {
  return proseOf(fromMarkdown(markdown) satisfies Root)
}

test('holds paragraphs, quotations and items that are sentences, and nothing else', () => {
  const markdown = `# Heading

First *paragraph* with \`code\` and a [link](https://a.example/).[\\[4\\]](#note) More.

> Quoted.

- An item that is a sentence.
- a fragment

\`\`\`
code
\`\`\`

![image](https://a.example/x.png)

- [only](https://a.example/a)
- [links](https://a.example/b)

---`
  expect(prose(markdown)).toEqual([
    'First paragraph with code and a link. More.',
    'Quoted.',
    'An item that is a sentence.',
  ])
})

test('of a page that is a list is the list', () => {
  expect(prose('- one thing\n- another thing')).toEqual(['one thing', 'another thing'])
})
