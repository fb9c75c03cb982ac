import { describe, expect, it } from 'vitest'
import { expand, seen } from '../../support/expand.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('URLs', () => {
  it('takes http and https as they are, and normalises what is fetched', async () => {
    const inputs = await expand(['HTTPS://A.example/x%20y', 'http://b.example'], '/')
    expect(inputs).toEqual([
      { input: 'HTTPS://A.example/x%20y', target: { kind: 'url', url: 'https://a.example/x%20y' } },
      { input: 'http://b.example', target: { kind: 'url', url: 'http://b.example/' } },
    ])
  })

  it.each([
    ['ftp://a.example/x', 'SCHEME_UNSUPPORTED'],
    ['mailto:someone@a.example', 'SCHEME_UNSUPPORTED'],
    ['javascript:alert(1)', 'SCHEME_UNSUPPORTED'],
    ['data:text/html,<p>?', 'SCHEME_UNSUPPORTED'],
    ['https://', 'URL_INVALID'],
    ['https://a.example:99999/', 'URL_INVALID'],
    ['https://a.example/x\tsecond column', 'URL_INVALID'],
    ['file://other-host/x', 'URL_INVALID'],
    ['C:\\pages\\a.html', 'FILE_UNREADABLE'],
    ['c:/pages/a.html', 'FILE_UNREADABLE'],
    ['localhost:3000/x', 'FILE_UNREADABLE'],
    ['', 'FILE_UNREADABLE'],
    ['  ', 'FILE_UNREADABLE'],
    ['a\0b', 'FILE_UNREADABLE'],
  ])('refuses %j with %s', async (word, code) => {
    await using folder = await tempFolder({ 'a.html': '' })
    expect(await seen([word], folder.path)).toEqual([`${code} ${word}`])
  })
})
