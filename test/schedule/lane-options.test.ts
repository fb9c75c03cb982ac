import { describe, expect, it } from 'vitest'
import { createRuntime, type LaneLimits } from '../../src/index.ts'

const refused: readonly (readonly [lane: string, limits: LaneLimits, message: RegExp])[] = [
  ['anthropic', { mode: 'batch', requestsPerMinute: 50 }, /requestsPerMinute is for mode 'direct'/],
  ['anthropic', { mode: 'batch', perKey: { concurrency: 1 } }, /perKey is for mode 'direct'/],
  ['anthropic', { mode: 'batch', concurrency: 'auto' }, /concurrency 'auto' is for mode 'direct'/],
  ['anthropic', { batch: { lingerMs: 5 } }, /batch is for mode 'batch'/],
  ['io', { mode: 'batch' }, /a lane of a provider/],
  ['anthropic', { mode: 'batch', batch: { maxRequests: 100_001 } }, /batch\.maxRequests/],
  ['anthropic', { mode: 'batch', batch: { maxUnsentBytes: 999 } }, /batch\.maxUnsentBytes/],
  ['anthropic', { mode: 'batch', batch: { maxWaitingBytes: 0.5 } }, /batch\.maxWaitingBytes/],
  ['anthropic', { mode: 'bach' as 'batch' }, /mode/],
  ['anthropic', { mode: 'batch', batch: { linger: 5 } as object }, /unknown option .*linger/],
  ['anthropic', { concurrency: 5, maxConcurrency: 6 }, /maxConcurrency is for concurrency 'auto'/],
]

describe('the options of a lane', () => {
  it.each(refused)('%s %j do not go together', async (lane, limits, message) => {
    await expect(createRuntime({ lanes: { [lane]: limits } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    })
  })

  it('of mode batch let many wait, and need nothing more', async () => {
    await using weft = await createRuntime({
      lanes: { anthropic: { mode: 'batch' }, other: { mode: 'batch', concurrency: 7 } },
    })
    expect(weft.lane('anthropic').state).toMatchObject({ phase: 'steady', concurrency: 50_000, ceiling: 50_000 })
    expect(weft.lane('other').capacity).toBe(7)
  })
})
