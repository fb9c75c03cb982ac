import { expect, test } from 'vitest'
import { parseFragment } from '../../../bench/corpus/fragment.ts'

const front = '<!--\nsite: courier\nkind: article\npath: /a\ntitle: T\n'

test('keeps the indent of a wanted line and every repeated key', () => {
  const fragment = parseFragment('x', `${front}markdown:   - nested\nmarkdown: top\n-->\n<p>Text</p>\n`)
  expect(fragment.markdown).toEqual(['  - nested', 'top'])
  expect(fragment.html).toBe('<p>Text</p>')
})

test('names the file and the line that it does not understand', () => {
  expect(() => parseFragment('x', `${front}colour: red\n-->\n`)).toThrow(
    'x: unknown line in the front block: colour: red',
  )
  expect(() => parseFragment('x', '<!--\nsite: courier\n-->\n')).toThrow('x: expected the key "kind"')
  expect(() => parseFragment('x', '<p>Text</p>')).toThrow('x: expected a front block')
})
