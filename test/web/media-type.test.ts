import { expect, test } from 'vitest'
import { refuseUnreadable } from '../../src/web/media-type.ts'

const url = new URL('https://a.test/x')

test.each(['image/png', 'IMAGE/SVG+XML; charset=utf-8', 'video/mp4', 'audio/mpeg', 'font/woff2', 'application/zip'])(
  '%s is UNSUPPORTED_TYPE',
  (type) => {
    expect(() => refuseUnreadable(type, url)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_TYPE', retryable: false }),
    )
  },
)

test('a PDF is PDF_UNSUPPORTED', () => {
  expect(() => refuseUnreadable('Application/PDF;x=y', url)).toThrow(
    expect.objectContaining({ code: 'PDF_UNSUPPORTED' }),
  )
})

test.each([undefined, '', 'text/html; charset=utf-8', 'application/octet-stream', 'application/json', 'nonsense'])(
  '%s is left to the reader',
  (type) => {
    expect(() => refuseUnreadable(type, url)).not.toThrow()
  },
)
