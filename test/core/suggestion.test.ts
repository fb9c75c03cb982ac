import { expect, it } from 'vitest'
import { suggestion } from '../../src/core/suggestion.ts'

it.each([
  ['marktes', ['rivals', 'markets'], ', did you mean markets? (known: rivals, markets)'],
  ['weather', ['rivals', 'markets'], ' (known: rivals, markets)'],
  ['URL', ['name', 'url'], ', did you mean url? (known: name, url)'],
  ['cc', ['to', 'x'], ' (known: to, x)'],
  ['weather', [], ''],
])('for %s among %j it is %j', (name, known, text) => {
  expect(suggestion(name, known)).toBe(text)
})

it('lists few of many names, and looks at all', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `company ${index}`)
  const text = suggestion('compny 777', names)
  expect(text).toContain('did you mean company 777? (known: company 0, company 1,')
  expect(text).toContain('company 19, and 980 more)')
})
