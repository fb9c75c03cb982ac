import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Where Linux tells about control groups. */
export interface CgroupPlaces {
  readonly membership: string
  readonly mount: string
}

const linux: CgroupPlaces = { membership: '/proc/self/cgroup', mount: '/sys/fs/cgroup' }

/**
 * How many cores the control group of this process may use on average, fractions included; `null` without a limit, or where
 * there are no control groups. The smallest limit of the group and of all groups above it, version 2 and 1.
 *
 * Needed beside `os.availableParallelism()`, measured with Node 24.21 (libuv 1.52): that honours `cpu.max` of version 2, but
 * of nested groups the outermost limit instead of the smallest, and neither version 1 nor a machine that has both.
 */
export async function cpuQuota(places: CgroupPlaces = linux): Promise<number | null> {
  const membership = await readText(places.membership)
  if (membership === undefined) return null
  const limits = membership.split('\n').map((line) => limitOf(line, places.mount))
  const known = (await Promise.all(limits)).filter((limit) => limit !== undefined)
  return known.length === 0 ? null : Math.min(...known)
}

/** A line is `hierarchy:controllers:path`; version 2 has hierarchy 0 and names no controllers. */
async function limitOf(line: string, mount: string): Promise<number | undefined> {
  const [, hierarchy, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
  if (hierarchy === '0' && controllers === '') return smallest(mount, path, limitV2)
  if (!controllers.split(',').includes('cpu')) return undefined
  return (await smallest(join(mount, controllers), path, limitV1)) ?? smallest(join(mount, 'cpu'), path, limitV1)
}

type ReadLimit = (folder: string) => Promise<number | undefined>

/** From the group up to the mount: inside a container the path may be the host's, and then only the mount itself exists. */
async function smallest(mount: string, path: string, limit: ReadLimit): Promise<number | undefined> {
  const limits: number[] = []
  for (let folder = join(mount, path); !relative(mount, folder).startsWith('..'); folder = join(folder, '..')) {
    const cores = await limit(folder)
    if (cores !== undefined) limits.push(cores)
  }
  return limits.length === 0 ? undefined : Math.min(...limits)
}

const limitV2: ReadLimit = async (folder) => {
  const [quota, period] = (await readText(join(folder, 'cpu.max')))?.trim().split(' ') ?? []
  return ratio(quota, period)
}

const limitV1: ReadLimit = async (folder) => {
  const quota = await readText(join(folder, 'cpu.cfs_quota_us'))
  return ratio(quota, await readText(join(folder, 'cpu.cfs_period_us')))
}

/** `max` and -1 mean no limit. */
function ratio(quota: string | undefined, period: string | undefined): number | undefined {
  const cores = Number(quota) / Number(period)
  return Number.isFinite(cores) && cores > 0 ? cores : undefined
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}
