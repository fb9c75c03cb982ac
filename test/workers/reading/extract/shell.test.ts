import { describe, expect, test } from 'vitest'
import { Failure } from '../../../../src/core/failure.ts'
import { refuseShell } from '../../../../workers/reading/extract/shell.ts'
import { parseDocument } from '../../../../workers/reading/parse/document.ts'

function codeOf(html: string): string | undefined {
  const parsed = parseDocument(html, { maxElements: 1000, maxDepth: 100 })
  if (parsed === undefined) throw new Error('the page is too complex')
  try {
    refuseShell(parsed.facts)
  } catch (error) {
    return Failure.is(error) && !error.retryable ? error.code : 'another error'
  }
  return undefined
}

const script = '<script src="/app.js"></script>'

describe('a shell needs JavaScript', () => {
  test.each([
    ['an empty mount point', `<div id="root"></div>${script}`],
    ['a loading notice', `<div id="app">Loading…</div>${script}`],
    ['a component', `<app-root></app-root>${script}`],
    ['nothing but scripts', script],
    [
      'a notice for browsers without it',
      `<noscript>You need to enable JavaScript to run this app.</noscript><div></div>${script}`,
    ],
    ['a visible notice', `<p>Please enable JavaScript in your browser to view this site.</p>${script}`],
    ['a notice in German', `<p>Bitte aktivieren Sie JavaScript, um fortzufahren.</p>${script}`],
  ])('%s', (_, html) => {
    expect(codeOf(html)).toBe('NEEDS_JAVASCRIPT')
  })
})

describe('a page without text is empty', () => {
  test.each([
    ['nothing', ''],
    ['white space', '<p> \n&nbsp;</p>'],
    ['an image alone', '<img src="/a.png" alt="x">'],
  ])('%s', (_, html) => {
    expect(codeOf(html)).toBe('EMPTY_PAGE')
  })
})

describe('a short page is a page', () => {
  test.each([
    ['one sentence', `<p>It works!</p>${script}`],
    [
      'one sentence in a mount point',
      `<div id="root"><p>${'This page was rendered on the server. '.repeat(3)}</p></div>${script}`,
    ],
    [
      'a page about JavaScript',
      `<p>${'How JavaScript enabled a generation of pages to move. '.repeat(10)}</p>${script}`,
    ],
  ])('%s', (_, html) => {
    expect(codeOf(html)).toBeUndefined()
  })
})
