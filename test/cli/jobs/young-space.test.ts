import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const enoughMb = 40

/**
 * A process that makes short-lived things by the million: with much of them alive at a time, in turns of the event loop, until it has taken much for
 * what is young, or has had its chance.
 */
function youngMb(isBounded: boolean): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { setTimeout } from 'node:timers/promises'
    import { boundYoungSpace } from ${JSON.stringify(new URL('../../../src/cli/jobs/young-space.ts', import.meta.url).href)}
    using bound = ${isBounded ? 'boundYoungSpace()' : 'undefined'}
    let most = 0
    let alive = []
    for (let turn = 0; turn < ${isBounded ? 1_000 : 50_000} && most <= ${enoughMb} * 2 ** 20; turn += 1) {
      for (let n = 0; n < 10_000; n += 1) {
        alive.push({ n, in: [n] })
        if (alive.length === 50_000) alive = []
      }
      const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
      most = Math.max(most, young.space_size)
      await setTimeout(1)
    }
    console.log(most / 2 ** 20)
  `
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  return Number(stdout)
}

describe('boundYoungSpace', () => {
  it('keeps V8 from taking all that it would for what is young', () => {
    expect(youngMb(true)).toBeLessThanOrEqual(enoughMb)
    expect(youngMb(false)).toBeGreaterThan(enoughMb)
  })
})
