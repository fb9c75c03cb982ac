import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { localModelsReport } from '../../src/observe/local-models.ts'
import { tempFolder } from '../support/temp-folder.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('localModelsReport', () => {
  it('says what is pulled, and what so much memory is enough for', async () => {
    await using folder = await tempFolder()
    vi.stubEnv('WEFT_MODELS_DIR', folder.path)
    await writeFile(join(folder.path, 'bge-small-en-v1.5.gguf'), Buffer.alloc(36_806_944))
    const report = await localModelsReport(200 * 1024 ** 2)
    expect(report).toMatchObject({
      folder: folder.path,
      pulled: ['bge-small-en-v1.5'],
      fits: ['bge-small-en-v1.5'],
    })
    expect(report.known).toBeGreaterThanOrEqual(12)
  })

  it('says why the catalogue cannot be read, and does not fail', async () => {
    vi.stubEnv('WEFT_CATALOGUE', 'not/there.json')
    const report = await localModelsReport(1)
    expect(report).toMatchObject({ known: 0, pulled: [], fits: [], fault: expect.stringContaining('not/there.json') })
  })
})
