import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { expandInputs } from '../../src/batch/inputs.ts'
import { exitOf } from '../support/child.ts'
import { chunks, expand, seen } from '../support/expand.ts'
import { tempFolder } from '../support/temp-folder.ts'

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
