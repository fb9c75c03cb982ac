import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { version } from '../../src/core/version.ts'
import { defaultUserAgent, productToken } from '../../src/web/user-agent.ts'

test('the version is the one in package.json', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(manifest).toMatchObject({ version })
})

test.each([
  [defaultUserAgent, 'weft'],
  ['My-Bot/2.0 (+https://a.test)', 'my-bot'],
  ['bot', 'bot'],
  ['', ''],
])('the product token of "%s" is "%s"', (userAgent, token) => {
  expect(productToken(userAgent)).toBe(token)
})
