import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Runs a few lines in a fresh process and gives what they print. */
function run(lines: string): string {
  const options = { cwd: new URL('../../', import.meta.url), encoding: 'utf8' } as const
  return execFileSync(process.execPath, ['--input-type=module', '-e', lines], options).trim()
}

test('the worker module reads a page, and loads what it rarely needs only then', () => {
  const lines = `
    import { createRequire } from 'node:module'
    import { readPage } from './workers/read-page.ts'
    const { cache } = createRequire(import.meta.url)
    const loaded = () => ['defuddle', 'chardet', 'html-encoding-sniffer'].filter((name) => Object.keys(cache).some((path) => path.includes('/' + name + '/')))
    const read = (html, encoding) => readPage({ url: 'https://a.example/', contentType: 'text/html', bytes: Uint8Array.from(Buffer.from(html, encoding)) })
    const page = read('<title>T</title><p>An ordinary page.</p>', 'utf8')
    const first = loaded()
    read('<p>Größer, schöner, weiter: über Bäume</p>', 'latin1')
    console.log(JSON.stringify([page.markdown, first, loaded()]))`
  expect(JSON.parse(run(lines))).toEqual(['An ordinary page.\n', [], ['chardet', 'html-encoding-sniffer']])
})
