import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import { Failure, type FailureRecord } from '../core/failure.ts'
import { isAtLeast, minimumNode } from '../core/version.ts'
import { cpuQuota } from './cgroup.ts'
import { type IoThreads, ioThreads } from './io-threads.ts'
import { type LocalModelsReport, localModelsReport } from './local-models.ts'
import { physicalCores } from './physical-cores.ts'
import { probeWorker } from './probe-worker.ts'
import { coresOf } from './usable-cores.ts'

/** What this machine offers, as plain data. */
export interface MachineReport {
  readonly node: { readonly version: string; readonly minimum: string; readonly sufficient: boolean }
  /** `linux x64` */
  readonly platform: string
  readonly cores: CoreReport
  readonly memory: MemoryReport
  /** Threads of the `cpu` lane's pool when nothing else is set. */
  readonly poolThreads: number
  /** Threads on which Node reads files and resolves names: UV_THREADPOOL_SIZE or its default of 4. */
  readonly ioThreads: IoThreads
  readonly worker:
    | { readonly started: true; readonly startMs: number }
    | { readonly started: false; readonly failure: FailureRecord }
  readonly optional: readonly OptionalPart[]
  readonly models: LocalModelsReport
}

export interface CoreReport {
  readonly model: string
  /** Logical processors of the machine. */
  readonly machine: number
  /** Its cores, when the threads of one core count once; `null` where the system does not tell. */
  readonly physical: number | null
  /** What Node says may be used: it knows of CPU affinity and of most control group limits. */
  readonly available: number
  /** What the control group allows on average, fractions included; `null` for no limit. */
  readonly quota: number | null
}

export interface MemoryReport {
  readonly totalBytes: number
  /** What this process can still take, its control group's limit included. */
  readonly freeBytes: number
  /** What the control group allows; `null` for no limit. */
  readonly limitBytes: number | null
}

/** Something that weft can do more with, and does without. */
export interface OptionalPart {
  readonly name: string
  readonly present: boolean
  /** Of a package. */
  readonly version?: string
  readonly gives: string
}

/** Generous: a thread starts in some 30 ms, but a machine may be busy. */
const workerLimitMs = 10_000

export async function machineReport(): Promise<MachineReport> {
  const { node: version } = process.versions
  const cores = await coreReport()
  return {
    node: { version, minimum: minimumNode, sufficient: isAtLeast(version, minimumNode) },
    platform: `${platform()} ${arch()}`,
    cores,
    memory: { totalBytes: totalmem(), freeBytes: process.availableMemory(), limitBytes: memoryLimit() },
    poolThreads: coresOf(cores.available, cores.quota),
    ioThreads: ioThreads(process.env.UV_THREADPOOL_SIZE),
    worker: await workerReport(),
    optional: await optionalParts(),
    models: await localModelsReport(process.availableMemory()),
  }
}

async function coreReport(): Promise<CoreReport> {
  const processors = cpus()
  return {
    model: processors[0]?.model.trim() ?? 'unknown',
    machine: processors.length,
    physical: await physicalCores(),
    available: availableParallelism(),
    quota: await cpuQuota(),
  }
}

/** Node says 0 where there is no control group, and more than there is where the group has no limit. */
function memoryLimit(): number | null {
  const limitBytes = process.constrainedMemory()
  return limitBytes > 0 && limitBytes < totalmem() ? limitBytes : null
}

async function workerReport(): Promise<MachineReport['worker']> {
  try {
    return { started: true, startMs: Math.round((await probeWorker(workerLimitMs)) * 10) / 10 }
  } catch (error) {
    return { started: false, failure: Failure.from(error).toJSON() }
  }
}

async function optionalParts(): Promise<readonly OptionalPart[]> {
  return [
    await packagePart('node-llama-cpp', 'local GGUF models'),
    await packagePart('@anthropic-ai/sdk', 'Claude models'),
    // Whether, never what: a report may be pasted into an issue.
    { name: 'ANTHROPIC_API_KEY', present: Boolean(process.env.ANTHROPIC_API_KEY), gives: 'access to Claude models' },
  ]
}

/** Looked up without loading it: loading a native package to see whether it is there could take the process down. */
async function packagePart(name: string, gives: string): Promise<OptionalPart> {
  try {
    const path = findPackageJSON(name, import.meta.url)
    if (path === undefined) return { name, present: false, gives }
    const { version } = JSON.parse(await readFile(path, 'utf8')) as { readonly version: string }
    return { name, present: true, version, gives }
  } catch {
    return { name, present: false, gives }
  }
}
