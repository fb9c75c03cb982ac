import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expandInputs } from '../../../src/batch/inputs.ts'
import { chunks, messageOf, seen } from '../../support/expand.ts'
import { tempFolder } from '../../support/temp-folder.ts'

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
