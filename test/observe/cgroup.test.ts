import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cpuQuota } from '../../src/observe/cgroup.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The files that Linux shows, as they were seen on real machines, in a folder. */
async function quotaOf(membership: string, files: Readonly<Record<string, string>>): Promise<number | null> {
  await using folder = await tempFolder({ membership, 'mount/unrelated': '', ...prefixed(files) })
  return await cpuQuota({ membership: join(folder.path, 'membership'), mount: join(folder.path, 'mount') })
}

function prefixed(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`mount/${name}`, content]))
}

describe('cpuQuota', () => {
  it('reads version 2, as the share of a period', async () => {
    expect(await quotaOf('0::/a\n', { 'a/cpu.max': '150000 100000\n' })).toBe(1.5)
    expect(await quotaOf('0::/a\n', { 'a/cpu.max': 'max 100000\n' })).toBeNull()
  })

  it('takes the smallest limit of nested groups, wherever it stands', async () => {
    const inner = { 'a/b/cpu.max': '100000 100000', 'a/cpu.max': '200000 100000' }
    const outer = { 'a/b/cpu.max': '300000 100000', 'cpu.max': '50000 100000' }
    expect(await quotaOf('0::/a/b\n', inner)).toBe(1)
    expect(await quotaOf('0::/a/b\n', outer)).toBe(0.5)
  })

  it('reads version 1, with its controllers joined or linked', async () => {
    const files = (folder: string) => ({
      [`${folder}/cpu.cfs_quota_us`]: '250000\n',
      [`${folder}/cpu.cfs_period_us`]: '100000\n',
    })
    expect(await quotaOf('4:cpu,cpuacct:/a\n', files('cpu,cpuacct/a'))).toBe(2.5)
    expect(await quotaOf('4:cpuacct,cpu:/a\n', files('cpu/a'))).toBe(2.5)
    // In a container the path is often the host's, and the limit stands at the mount itself.
    expect(await quotaOf('4:cpu,cpuacct:/docker/1234\n', files('cpu,cpuacct'))).toBe(2.5)
  })

  it('reads both on a machine that has both', async () => {
    const files = { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000', 'cpu.max': '300000 100000' }
    expect(await quotaOf('9:cpu:/\n3:cpuset:/\n0::/\n', files)).toBe(3)
  })

  it('knows no limit where there are no control groups', async () => {
    expect(await cpuQuota({ membership: '/nowhere/cgroup', mount: '/nowhere' })).toBeNull()
    expect(await quotaOf('', {})).toBeNull()
  })
})
