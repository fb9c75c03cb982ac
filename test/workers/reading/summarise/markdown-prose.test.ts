import { expect, test } from 'vitest'
import { markdownProse } from '../../../../workers/reading/summarise/markdown-prose.ts'

test('holds the text of paragraphs, quotations and items', () => {
  const markdown = `# Heading

First *paragraph* with \`code\`, a [link](https://a.example/x_(y)),
snake_case and \\*stars\\*. ![image](x.png)

Underlined heading
------------------

> Quoted _text_.
> Its second line.

1. One
2. **Two**
- [x] done

| a | b |
| - | - |

<div>html</div>

[ref]: https://a.example/

    indented code

~~~
fenced
\`\`\`
~~~
after <b>the</b> fence`
  expect(markdownProse(markdown)).toEqual([
    'First paragraph with code, a link, snake_case and *stars*.',
    'Quoted text. Its second line.',
    'One',
    'Two',
    'done',
    'after the fence',
  ])
})

test('leaves out what is mostly links', () => {
  expect(markdownProse('- [one thing](a)\n- [another thing](b)\n\nRead [this](c) if you have the time.')).toEqual([
    'Read this if you have the time.',
  ])
})
