import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelName, modelsFolder, weightsPath } from '../../models/weights.ts'

describe('modelsFolder', () => {
  it.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string]>([
    ['the one that is named', { WEFT_MODELS_DIR: '/data/models' }, 'linux', '/data/models'],
    ['a relative one as seen from here', { WEFT_MODELS_DIR: 'models' }, 'linux', resolve('models')],
    ['the cache folder of XDG', { XDG_CACHE_HOME: '/cache' }, 'linux', '/cache/weft/models'],
    ['no relative one of XDG', { XDG_CACHE_HOME: 'cache' }, 'linux', join(homedir(), '.cache/weft/models')],
    ['the usual one', {}, 'linux', join(homedir(), '.cache/weft/models')],
    ['that of macOS', { XDG_CACHE_HOME: '/cache' }, 'darwin', join(homedir(), 'Library/Caches/weft/models')],
    ['that of Windows', { LOCALAPPDATA: '/local' }, 'win32', '/local/weft/models'],
  ])('is %s', (_, environment, platform, expected) => {
    expect(modelsFolder(environment, platform)).toBe(expected)
  })
})

describe('weightsPath', () => {
  it.each(['..', '.', '', 'a/b', 'a\\b', '../x', 'x\0', 'X', '-x', 'x.', 'x'.repeat(65)])('refuses %j', (name) => {
    expect(modelName.test(name)).toBe(false)
    expect(() => weightsPath(name)).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }))
  })

  it('lies in the folder of models', () => {
    expect(weightsPath('qwen3-0.6b')).toBe(join(modelsFolder(), 'qwen3-0.6b.gguf'))
  })
})
