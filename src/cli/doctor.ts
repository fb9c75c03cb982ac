import type { Writable } from 'node:stream'
import { type MachineReport, machineReport } from '../observe/machine.ts'
import type { LlamaReport } from '../observe/probe-llama.ts'
import { judge, type Verdict } from '../observe/verdict.ts'
import { printable } from './printable.ts'
import { size } from './units.ts'
import { writeOut } from './write-out.ts'

export interface DoctorOptions {
  /** One JSON object instead of text. */
  readonly json?: boolean
}

/**
 * `weft doctor`: prints what this machine offers. Its report is what was asked for, so it goes to standard output.
 *
 * @returns the exit code: 0 when weft can run here, 1 when it cannot
 */
export async function doctorCommand(options: DoctorOptions, output: Writable = process.stdout): Promise<number> {
  const report = await machineReport()
  const verdict = judge(report)
  const text = options.json ? JSON.stringify({ ...report, ...verdict }, null, 2) : render(report, verdict)
  await writeOut(output, text)
  return verdict.problems.length === 0 ? 0 : 1
}

export function render(report: MachineReport, { problems, advice }: Verdict): string {
  const rows = [...machineRows(report), ...partRows(report), ...modelRows(report)]
  const width = Math.max(...rows.map(([name]) => name.length))
  const closing = problems.length === 0 ? 'weft can run here.' : 'weft cannot run here.'
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    '',
    ...problems.map((problem) => `problem: ${problem}`),
    ...advice.map((hint) => `advice: ${hint}`),
    closing,
  ]
    .map(printable)
    .join('\n')
}

type Row = readonly [name: string, value: string]

function machineRows({ node, platform, cores, memory, poolThreads, ioThreads, worker }: MachineReport): Row[] {
  const { model, machine, physical, available, quota } = cores
  const smt = physical === null || physical === machine ? '' : ` threads on ${physical} cores`
  const limit = memory.limitBytes === null ? 'no limit' : `limit ${size(memory.limitBytes)}`
  return [
    ['node', `${node.version} (needs ${node.minimum} or later)`],
    ['platform', platform],
    [
      'cores',
      `${available} available of ${machine}${smt}, ${quota === null ? 'no quota' : `quota ${quota}`} (${model})`,
    ],
    ['memory', `${size(memory.freeBytes)} free of ${size(memory.totalBytes)}, ${limit}`],
    ['pool size', `${poolThreads} worker threads`],
    [
      'file threads',
      `${ioThreads.threads} (UV_THREADPOOL_SIZE ${ioThreads.fromEnvironment ? 'is set' : 'is not set'})`,
    ],
    ['worker start', worker.started ? `${worker.startMs} ms` : `failed: ${worker.failure.message}`],
  ]
}

function partRows({ optional }: MachineReport): Row[] {
  return optional.map(({ name, present, version, gives }) => {
    const state = present ? (version ?? 'set') : 'not there'
    return [name, `${state}, for ${gives}`]
  })
}

function modelRows({ models: { llama, folder, known, pulled, fits, fault }, memory }: MachineReport): Row[] {
  const fitting = fits.length === known ? `all ${known}` : fits.length === 0 ? 'none' : fits.join(', ')
  const none = 'none: `weft models list` says which there are'
  return [
    ['local models', llamaText(llama)],
    ['pulled', `${pulled.length === 0 ? none : pulled.join(', ')} (${folder})`],
    [
      'would fit',
      fault === undefined
        ? `${fitting} (into the ${size(memory.freeBytes)} that are free)`
        : 'unknown: the catalogue cannot be read',
    ],
  ]
}

function llamaText(llama: LlamaReport): string {
  switch (llama.state) {
    case 'missing':
      return `not there: ${llama.install}`
    case 'broken':
      return `cannot be used: ${llama.reason}`
    case 'usable': {
      if (llama.gpu === null) return 'on the CPU: no GPU that can be used was found'
      const memory = llama.vram === null ? '' : `, ${size(llama.vram.freeBytes)} free of ${size(llama.vram.totalBytes)}`
      return `on the GPU by ${gpuNames[llama.gpu]}: ${llama.devices.join(', ')}${memory}`
    }
  }
}

const gpuNames = { cuda: 'CUDA', metal: 'Metal', vulkan: 'Vulkan' } as const
