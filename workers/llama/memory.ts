import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join, relative } from 'node:path'

/** Where Linux tells about control groups of version 2. */
export interface MemoryPlaces {
  readonly membership: string
  readonly mount: string
}

const linux: MemoryPlaces = { membership: '/proc/self/cgroup', mount: '/sys/fs/cgroup' }

/** What Node says of memory, in bytes. */
export interface MemoryFigures {
  /** What can still be taken, within the limit of the control group. */
  readonly available: number
  /** Of the control group. Node says 0 where there is no group, and more than there is where it has no limit. */
  readonly limit: number
  readonly total: number
}

/**
 * Bytes that this process can still take, its control group's limit included.
 *
 * Node counts the file cache of a limited group as taken. It is not: the system gives it back when it is asked for memory, and the file of
 * a model that was just fetched lies there whole.
 */
export async function availableMemory(
  { available, limit, total }: MemoryFigures = figures(),
  places: MemoryPlaces = linux,
): Promise<number> {
  if (limit === 0 || limit >= total) return available
  return Math.min(available + (await fileCache(places)), limit)
}

function figures(): MemoryFigures {
  return { available: process.availableMemory(), limit: process.constrainedMemory(), total: totalmem() }
}

/** Bytes of the file cache of the innermost control group that is visible: inside a container the path may be the host's. */
async function fileCache({ membership, mount }: MemoryPlaces): Promise<number> {
  const path = /^0::(.*)$/m.exec((await readText(membership)) ?? '')?.[1] ?? ''
  for (let folder = join(mount, path); !relative(mount, folder).startsWith('..'); folder = join(folder, '..')) {
    const statistics = await readText(join(folder, 'memory.stat'))
    if (statistics !== undefined) return amount(statistics, 'inactive_file') + amount(statistics, 'active_file')
  }
  return 0
}

function amount(statistics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(statistics)?.[1] ?? 0)
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}
