import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * How many cores the machine has when the threads of one core (SMT, "hyper-threading") count once; `null` where the system
 * does not tell. Linux only: everywhere else this would take starting a program.
 */
export async function physicalCores(folder = '/sys/devices/system/cpu'): Promise<number | null> {
  try {
    const names = (await readdir(folder)).filter((name) => /^cpu\d+$/.test(name))
    const siblings = await Promise.all(names.map((name) => siblingsOf(join(folder, name))))
    const cores = new Set(siblings.filter((list) => list !== undefined))
    return cores.size === 0 ? null : cores.size
  } catch {
    return null
  }
}

/** The processors that share a core, as text; the same for all of them. A processor that is switched off has none. */
async function siblingsOf(processor: string): Promise<string | undefined> {
  try {
    return (await readFile(join(processor, 'topology', 'thread_siblings_list'), 'utf8')).trim()
  } catch {
    return undefined
  }
}
