import { randomUUID } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import * as v from 'valibot'
import { errorCodeOf } from '../core/failure.ts'

/** Who holds a lock: a process, named so that it is not mistaken for another one that is given its number later. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  /** The namespace of its number, where the system has such: equal names of hosts do not mean that we can see each other's processes. */
  readonly space?: string | undefined
  /** When the process began, as the system has it; not there where the system does not say. */
  readonly started?: string | undefined
  /** When it took the lock, ISO 8601. */
  readonly since?: string | undefined
  readonly id: string
}

const schema: v.GenericSchema<LockOwner> = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  host: v.string(),
  space: v.optional(v.string()),
  started: v.optional(v.string()),
  since: v.optional(v.string()),
  id: v.string(),
})

export async function thisOwner(): Promise<LockOwner> {
  const [space, { started }] = await Promise.all([pidNamespace(), seen(process.pid)])
  return {
    pid: process.pid,
    host: hostname(),
    ...(space === undefined ? {} : { space }),
    ...(started === undefined ? {} : { started }),
    since: new Date().toISOString(),
    id: randomUUID(),
  }
}

/** Undefined: what stands there names nobody, as while it is being written. */
export function ownerOf(text: string): LockOwner | undefined {
  try {
    return v.parse(schema, JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Whether its process is there. `unknown`: it is on another machine, or has a number that may have been given to another one. */
export async function stateOf(owner: LockOwner): Promise<'alive' | 'dead' | 'unknown'> {
  if (owner.host !== hostname()) return 'unknown'
  const space = await pidNamespace()
  if (owner.space !== undefined && owner.space !== space) return 'unknown'
  if (!hasProcess(owner.pid)) return 'dead'
  const { started, isGone } = await seen(owner.pid)
  if (isGone) return 'dead'
  if (owner.started === undefined || started === undefined) return 'unknown'
  return owner.started === started ? 'alive' : 'dead'
}

interface Seen {
  /** Which start of the system, and how many ticks after it. */
  readonly started?: string
  /** It has ended, and only its parent has not asked how yet. */
  readonly isGone: boolean
}

/** What the system says of a process; on Linux only. */
async function seen(pid: number): Promise<Seen> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    // The second field is the name of the program in brackets, and may hold anything; behind it stand its state and, as field 22, its start: see
    // proc_pid_stat(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { started: `${boot.trim()}:${fields[19]}`, isGone: /[ZXx]/.test(fields[0]!) }
  } catch {
    return { isGone: false }
  }
}

async function pidNamespace(): Promise<string | undefined> {
  return readlink('/proc/self/ns/pid').catch(() => undefined)
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCodeOf(error) === 'EPERM'
  }
}
