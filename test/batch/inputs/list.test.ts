import { describe, expect, it } from 'vitest'
import { expandInputs } from '../../../src/batch/inputs.ts'
import { chunks, seen } from '../../support/expand.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('lists', () => {
  it('reads every line as a word, from the folder of the list', async () => {
    const list =
      '\uFEFF# mine\r\n\r\nhttps://a.example/\r\n  b.md  \r\n# not\nsub\n*.htm*\nmissing.md\n-\nftp://c.example/'
    await using folder = await tempFolder({ 'in/urls.txt': list, 'in/b.md': '', 'in/sub/c.md': '', 'in/d.html': '' })
    expect(await seen(['in/urls.txt'], folder.path)).toEqual([
      'url https://a.example/',
      'file in/b.md',
      'file in/sub/c.md',
      'file in/d.html',
      'FILE_UNREADABLE in/missing.md',
      'FILE_UNREADABLE in/-',
      'SCHEME_UNSUPPORTED ftp://c.example/',
    ])
  })

  it('keeps absolute paths of a list as they are', async () => {
    await using folder = await tempFolder({ 'b.md': '' })
    await using other = await tempFolder({ 'in/urls.txt': `https://a.example/\n${folder.path}/b.md` })
    expect(await seen(['in/urls.txt'], other.path)).toEqual(['url https://a.example/', `file ${folder.path}/b.md`])
  })

  it('takes any other text for a document', async () => {
    await using folder = await tempFolder({
      'prose.txt': 'See https://a.example/ for more.',
      'cited.txt': 'https://a.example/ says so.',
      'binary.txt': Uint8Array.from([0, 255, 254, 10, 0]),
      'late.txt': `${'# \n'.repeat(40_000)}https://a.example/`,
      'urls.md': 'https://a.example/',
    })
    const names = ['prose.txt', 'cited.txt', 'binary.txt', 'late.txt', 'urls.md']
    expect(await seen(names, folder.path)).toEqual(names.map((name) => `file ${name}`))
  })

  it('says so when a list is empty', async () => {
    await using folder = await tempFolder({ 'a.txt': '', 'b.txt': '# nothing yet\n\n' })
    expect(await seen(['a.txt', 'b.txt'], folder.path)).toEqual(['NO_MATCH a.txt', 'NO_MATCH b.txt'])
  })

  it('stops in the middle when it is aborted', async () => {
    await using folder = await tempFolder({ 'urls.txt': 'https://a.example/\nhttps://b.example/' })
    const controller = new AbortController()
    const inputs = expandInputs(['urls.txt', '/'], { cwd: folder.path, stdin: chunks(), signal: controller.signal })
    expect((await inputs.next()).value).toMatchObject({ input: 'https://a.example/' })
    controller.abort()
    expect(await inputs.next()).toEqual({ done: true, value: undefined })
  })

  it('does not follow a list in a list, and says so', async () => {
    await using folder = await tempFolder({ 'a.txt': 'https://a.example/\na.txt\nb.txt', 'b.txt': 'plain text' })
    expect(await seen(['a.txt'], folder.path)).toEqual([
      'url https://a.example/',
      'FILE_UNREADABLE a.txt',
      'file b.txt',
    ])
  })
})
