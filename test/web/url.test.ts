import { expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { forMessage, parseAddress } from '../../src/web/url.ts'

test('credentials become Basic authorization and leave the address, as does the fragment', () => {
  const { url, authorization } = parseAddress('https://ann:p%C3%A4ss%3A@a.test/x?y=1#z')
  expect(url.href).toBe('https://a.test/x?y=1')
  expect(authorization).toBe(`Basic ${Buffer.from('ann:päss:').toString('base64')}`)
})

test('credentials that are not well encoded are sent as they are', () => {
  expect(parseAddress('http://100%:x@a.test/').authorization).toBe(`Basic ${btoa('100%:x')}`)
})

test('an address without credentials has no authorization', () => {
  expect(parseAddress('http://a.test').authorization).toBeUndefined()
})

test.each([
  '',
  'a.test/x',
  '/x',
  'http://',
  'http://a b/',
  'http://[::1',
  'http://999.1.1.1/',
  'https://a.test:99999/',
])('"%s" is URL_INVALID', (input) => {
  expect(thrownBy(input)).toMatchObject({ code: 'URL_INVALID', retryable: false })
})

test.each(['file:///etc/passwd', 'ftp://a.test/', 'data:text/html,x', 'javascript:1', 'ws://a.test/', 'a.test:80'])(
  '"%s" is SCHEME_UNSUPPORTED',
  (input) => {
    expect(thrownBy(input)).toMatchObject({ code: 'SCHEME_UNSUPPORTED', retryable: false })
  },
)

test('messages show neither credentials nor endless addresses', () => {
  expect(forMessage('https://ann:secret@a.test/@x')).toBe('https://a.test/@x')
  expect(forMessage('https://ann:sec@ret@a.test/')).toBe('https://a.test/')
  expect(thrownBy('http://ann:secret@a b/').message).not.toContain('secret')
  expect(thrownBy('ftp://ann:secret@a.test/').message).not.toContain('secret')
  expect(thrownBy(`data:,${'x'.repeat(1_000_000)}`).message.length).toBeLessThan(400)
})

function thrownBy(input: string): Failure {
  try {
    parseAddress(input)
  } catch (thrown) {
    if (Failure.is(thrown)) return thrown
    throw thrown
  }
  throw new Error('expected a failure')
}
