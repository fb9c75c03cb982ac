import { describe, expect, it } from 'vitest'
import { probeWorker } from '../../src/observe/probe-worker.ts'

describe('probeWorker', () => {
  it('starts a real thread', async () => {
    expect(await probeWorker(30_000)).toBeGreaterThan(0)
  })

  it('gives up on a thread that does not start in time', async () => {
    await expect(probeWorker(0)).rejects.toMatchObject({
      code: 'POOL_UNAVAILABLE',
      message: 'a worker thread did not start within 0 ms',
    })
  })
})
