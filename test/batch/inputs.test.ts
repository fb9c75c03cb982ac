import { spawn } from 'node:child_process'
import { chmod, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { expandInputs, type Input } from '../../src/batch/inputs.ts'
import { exitOf } from '../support/child.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../support/unprivileged.ts'

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts
}

async function expand(
  words: string[],
  cwd: string,
  stdin: AsyncIterable<string | Uint8Array> = chunks(),
): Promise<Input[]> {
  return Array.fromAsync(expandInputs(words, { cwd, stdin }))
}

/** `url https://…`, `file notes/a.md`, `NO_MATCH notes`: what a user sees of each input. */
async function seen(words: string[], cwd: string, stdin?: AsyncIterable<string | Uint8Array>): Promise<string[]> {
  return (await expand(words, cwd, stdin)).map(brief)
}

function brief({ input, target }: Input): string {
  return `${target.kind === 'invalid' ? target.failure.code : target.kind} ${input}`
}

async function messageOf(word: string, cwd: string): Promise<string> {
  const [{ target } = { target: { kind: 'none' } as const }] = await expand([word], cwd)
  return target.kind === 'invalid' ? target.failure.message : target.kind
}

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

describe('folders', () => {
  it('finds the pages at any depth, sorted, without dot folders and node_modules', async () => {
    await using folder = await tempFolder({
      'in/b.HTML': '',
      'in/a/z.xhtml': '',
      'in/a/y.markdown': '',
      'in/a.txt': 'https://a.example/',
      'in/c.htm': '',
      'in/pdf.pdf': '',
      'in/.hidden/d.md': '',
      'in/.e.md': '',
      'in/node_modules/f/g.md': '',
    })
    const expected = ['in/a/y.markdown', 'in/a/z.xhtml', 'in/a.txt', 'in/b.HTML', 'in/c.htm']
    expect(await seen(['in'], folder.path)).toEqual(expected.map((path) => `file ${path}`))
    expect(await seen(['./in/'], folder.path)).toEqual(expected.map((path) => `file ${path}`))
  })

  it('reads a dot folder or node_modules that was named itself', async () => {
    await using folder = await tempFolder({ '.notes/a.md': '', 'node_modules/b.md': '' })
    expect(await seen(['.notes', 'node_modules'], folder.path)).toEqual(['file .notes/a.md', 'file node_modules/b.md'])
  })

  it('follows symbolic links, and enters every folder once', async () => {
    await using folder = await tempFolder({ 'in/a/b/c.md': '', 'elsewhere/d.md': '' })
    await symlink('../../..', join(folder.path, 'in/a/b/up'))
    await symlink('.', join(folder.path, 'in/self'))
    await symlink('../elsewhere', join(folder.path, 'in/link'))
    await symlink('nowhere', join(folder.path, 'in/broken.md'))
    // in/a/b/up is the temporary folder itself, through which `elsewhere` is reached first.
    expect(await seen(['in'], folder.path)).toEqual([
      'file in/a/b/c.md',
      'file in/a/b/up/elsewhere/d.md',
      'file in/broken.md',
    ])
  })

  it('says so when there is no page in it', async () => {
    await using folder = await tempFolder({ 'in/a.pdf': '', 'in/.git/b.md': '' })
    expect(await seen(['in'], folder.path)).toEqual(['NO_MATCH in'])
  })

  it.skipIf(!canBeUnprivileged)(
    'gives a folder that may not be read a record of its own (needs POSIX users)',
    async () => {
      await using folder = await tempFolder({ 'in/a.md': '', 'in/closed/b.md': '', 'in/d.md': '' })
      await chmod(folder.path, 0o755)
      await chmod(join(folder.path, 'in/closed'), 0)
      const inputs = await unprivileged(() => expand(['in', 'in/closed/b.md'], folder.path))
      await chmod(join(folder.path, 'in/closed'), 0o755)
      expect(inputs.map(brief)).toEqual([
        'file in/a.md',
        'FILE_UNREADABLE in/closed',
        'file in/d.md',
        'FILE_UNREADABLE in/closed/b.md',
      ])
      expect(inputs[1]?.target).toMatchObject({ failure: { message: expect.stringContaining('permission denied') } })
    },
  )

  it('gives a folder that vanishes meanwhile a record of its own', async () => {
    await using folder = await tempFolder({ 'in/a.md': '', 'in/b/c.md': '', 'in/d.md': '' })
    const result: string[] = []
    for await (const input of expandInputs(['in'], { cwd: folder.path, stdin: chunks() })) {
      if (result.length === 0) await rm(join(folder.path, 'in/b'), { recursive: true })
      result.push(brief(input))
    }
    expect(result).toEqual(['file in/a.md', 'FILE_UNREADABLE in/b', 'file in/d.md'])
  })

  it('stops in the middle when it is aborted', async () => {
    await using folder = await tempFolder({ 'in/a.md': '', 'in/b.md': '' })
    const controller = new AbortController()
    const result: string[] = []
    for await (const input of expandInputs(['in'], { cwd: folder.path, stdin: chunks(), signal: controller.signal })) {
      result.push(brief(input))
      controller.abort()
    }
    expect(result).toEqual(['file in/a.md'])
  })
})

describe('patterns', () => {
  it('matches files only, sorted, without dot folders and node_modules', async () => {
    await using folder = await tempFolder({
      'docs/b/2.html': '',
      'docs/1.html': '',
      'docs/.x/3.html': '',
      'docs/.4.html': '',
      'docs/node_modules/5.html': '',
      'docs/6.md': '',
    })
    await mkdir(join(folder.path, 'docs/7.html'))
    expect(await seen(['docs/**/*.html'], folder.path)).toEqual(['file docs/1.html', 'file docs/b/2.html'])
    expect(await seen([join(folder.path, 'docs/*.{html,md}')], '/')).toEqual([
      `file ${join(folder.path, 'docs/1.html')}`,
      `file ${join(folder.path, 'docs/6.md')}`,
    ])
    expect(await seen(['docs/.x/*.html'], folder.path)).toEqual(['file docs/.x/3.html'])
    expect(await seen(['docs/node_modules/*'], folder.path)).toEqual(['file docs/node_modules/5.html'])
  })

  it('stops a search that matches nothing when it is aborted', async () => {
    await using folder = await tempFolder({ 'a/b/c/d.md': '', 'e/f.md': '' })
    const controller = new AbortController()
    const inputs = expandInputs(['**/*.x', 'e'], { cwd: folder.path, stdin: chunks(), signal: controller.signal })
    const waiting = inputs.next()
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  it('prefers what exists under exactly that name', async () => {
    await using folder = await tempFolder({ 'a[1].html': '', 'a1.html': '', '{b}/c.md': '' })
    expect(await seen(['a[1].html', '{b}'], folder.path)).toEqual(['file a[1].html', 'file {b}/c.md'])
  })

  it('says so when nothing matches', async () => {
    await using folder = await tempFolder()
    expect(await messageOf('x/**/*.md', folder.path)).toBe(
      `no file matches the pattern x/**/*.md, looked for from ${folder.path}`,
    )
  })

  // Each of these holds the event loop for minutes when it reaches the matcher.
  it.each([
    '{1..100000}',
    '{a,b}'.repeat(18),
    '{z..a}{z..a}',
    `${'*a'.repeat(12)}b`,
    '+(a|aa)b',
    '+(a|+(a))b',
    '['.repeat(60_000),
  ])('refuses %.20s before it matches anything', async (pattern) => {
    await using folder = await tempFolder({ [`${'a'.repeat(60)}.html`]: '' })
    expect(await messageOf(pattern, folder.path)).toContain('is refused: ')
  })
})

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

describe('standard input', () => {
  it('takes a word a line from a real pipe, however its bytes are cut', async () => {
    await using folder = await tempFolder({ 'ä.md': '', 'list.txt': 'https://b.example/' })
    const words = '\r\n# comment\r\nhttps://a.example/\r\nä.md\n\nlist.txt\n-\nhttps://c.example/'
    const script = `for (const byte of Buffer.from(${JSON.stringify(words)})) process.stdout.write(Buffer.of(byte))`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    expect(await seen(['-', 'ä.md', '-'], folder.path, child.stdout)).toEqual([
      'url https://a.example/',
      'file ä.md',
      'url https://b.example/',
      'FILE_UNREADABLE -',
      'url https://c.example/',
      'file ä.md',
      'FILE_UNREADABLE -',
    ])
  })

  it('gives each line as it comes, and stops a wait when it is aborted', async () => {
    const controller = new AbortController()
    const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] })
    const inputs = expandInputs(['-', 'never'], { cwd: '/', stdin: cat.stdout, signal: controller.signal })
    cat.stdin.write('https://a.example/\nhttps://b.exam')
    expect((await inputs.next()).value).toMatchObject({ input: 'https://a.example/' })
    cat.stdin.write('ple/\n')
    expect((await inputs.next()).value).toMatchObject({ input: 'https://b.example/' })
    const waiting = inputs.next()
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(cat.stdout.destroyed).toBe(true)
    cat.stdin.end()
    await exitOf(cat)
  })

  it('closes the pipe when the reader leaves', async () => {
    const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] })
    cat.stdin.write('https://a.example/\n')
    for await (const _input of expandInputs(['-'], { cwd: '/', stdin: cat.stdout })) break
    expect(cat.stdout.destroyed).toBe(true)
    cat.stdin.end()
    await exitOf(cat)
  })

  it('pulls no further than what was asked for', async () => {
    let pulled = 0
    async function* endless(): AsyncGenerator<string> {
      while (true) yield `https://a.example/${pulled++}\n`
    }
    let taken = 0
    for await (const _input of expandInputs(['-'], { cwd: '/', stdin: endless() })) {
      taken += 1
      expect(pulled).toBe(taken)
      if (taken === 1_000) break
    }
  })

  it('says so when it names nothing', async () => {
    expect(await seen(['-'], '/', chunks('\n# only this\n'))).toEqual(['NO_MATCH -'])
  })

  it('refuses an endless line without holding it, and goes on', async () => {
    async function* long(): AsyncGenerator<string> {
      for (let part = 0; part < 10_000; part += 1) yield 'x'.repeat(1_000)
      yield '\nhttps://a.example/'
    }
    const [refused, next] = await expand(['-'], '/', long())
    expect(refused?.input).toHaveLength(81)
    expect(refused?.target).toMatchObject({ kind: 'invalid', failure: { code: 'FILE_UNREADABLE' } })
    expect(next).toMatchObject({ input: 'https://a.example/' })
  })

  it('rejects with SOURCE_FAILED when it breaks', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'https://a.example/\n'
      throw new Error('EIO')
    }
    const inputs = expandInputs(['-'], { cwd: '/', stdin: broken() })
    await inputs.next()
    await expect(inputs.next()).rejects.toMatchObject({ code: 'SOURCE_FAILED', cause: { message: 'EIO' } })
  })

  it('lets a process end while its standard input stays open', async () => {
    const module = new URL('../../src/batch/inputs.ts', import.meta.url).href
    const script = `
      import { expandInputs } from ${JSON.stringify(module)}
      const controller = new AbortController()
      const options = { cwd: '/', stdin: process.stdin, signal: controller.signal }
      const inputs = expandInputs(['-'], options)
      await inputs.next()
      const waiting = inputs.next()
      controller.abort()
      console.log(JSON.stringify(await waiting))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.write('https://a.example/\n')
    const [[code], output] = await Promise.all([exitOf(child), text(child.stdout)])
    expect({ code, output }).toEqual({ code: 0, output: '{"done":true}\n' })
  })
})
