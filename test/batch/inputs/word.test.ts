import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { brief, expand, messageOf, seen } from '../../support/expand.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('files', () => {
  it('takes any extension, and shows the path as it was written', async () => {
    await using folder = await tempFolder({ 'notes/a.md': 'a', 'b.weird': 'b', 'mailto:c': 'c' })
    const inputs = await expand(['./notes/a.md', 'b.weird', 'mailto:c'], folder.path)
    expect(inputs[0]).toEqual({
      input: './notes/a.md',
      target: { kind: 'file', path: join(folder.path, 'notes/a.md') },
    })
    expect(inputs.map(brief)).toEqual(['file ./notes/a.md', 'file b.weird', 'file mailto:c'])
  })

  it('takes file: URLs, and never reads them as patterns', async () => {
    await using folder = await tempFolder({
      'a b.html': '',
      'list.txt': 'https://a.example/\nx.md',
      'x.md': '',
      'sub/y.md': '',
    })
    const url = pathToFileURL(folder.path).href
    expect(await expand([`${url}/a%20b.html`], '/')).toEqual([
      { input: `${url}/a%20b.html`, target: { kind: 'file', path: join(folder.path, 'a b.html') } },
    ])
    expect(await seen([`${url}/*.html`], '/')).toEqual([`FILE_UNREADABLE ${url}/*.html`])
    expect(await seen([`${url}/list.txt`], '/')).toEqual([
      'url https://a.example/',
      `file ${join(folder.path, 'x.md')}`,
    ])
    expect(await seen([`${url}/sub`], '/')).toEqual([`file ${join(folder.path, 'sub/y.md')}`])
  })

  it.each([
    ['a.example/page', 'did you mean https://a.example/page?'],
    ['a.example/page?id=3', 'did you mean https://a.example/page?id=3?'],
    ['a.example', 'did you mean https://a.example?'],
    ['localhost:3000/x', 'did you mean http://localhost:3000/x?'],
    ['127.0.0.1/x', 'did you mean http://127.0.0.1/x?'],
  ])('guesses that %s lost its scheme', async (word, guess) => {
    await using folder = await tempFolder()
    expect(await messageOf(word, folder.path)).toContain(guess)
  })

  it('guesses no address where a file is more likely', async () => {
    await using folder = await tempFolder()
    expect(await messageOf('notes.md', folder.path)).toBe(
      `cannot read ${join(folder.path, 'notes.md')}: there is no such file or folder`,
    )
  })
})
