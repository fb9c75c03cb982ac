import { chmod, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expandInputs } from '../../../src/batch/inputs.ts'
import { brief, chunks, expand, seen } from '../../support/expand.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../../support/unprivileged.ts'

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
