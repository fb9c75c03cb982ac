import type { MachineReport } from './machine.ts'

/** What a report of a machine comes to, in sentences that say what to do. */
export interface Verdict {
  /** What keeps weft from running here; none when it can. */
  readonly problems: readonly string[]
  /** What makes it slower or less safe than it could be. */
  readonly advice: readonly string[]
}

/** Below it, a few large pages at once may already not fit, in bytes. */
const littleMemoryBytes = 512 * 1024 ** 2

export function judge(report: MachineReport): Verdict {
  return { problems: problemsOf(report), advice: adviceOf(report) }
}

function problemsOf({ node, worker }: MachineReport): string[] {
  const problems: string[] = []
  if (!node.sufficient) {
    problems.push(`Node ${node.version} is too old: weft needs ${node.minimum} or later; install it from nodejs.org`)
  }
  if (!worker.started) {
    const remedy = "raise the limit on threads or processes (ulimit -u, the container's pids limit) or free memory"
    problems.push(`${worker.failure.message}; if nothing else is named there, ${remedy}`)
  }
  return problems
}

function adviceOf({ memory, models }: MachineReport): string[] {
  const advice: string[] = []
  if (models.fault !== undefined) advice.push(models.fault)
  if (models.llama.state === 'broken') {
    const { version, reason } = models.llama
    advice.push(`node-llama-cpp ${version} cannot be used: ${reason}; \`npx node-llama-cpp inspect gpu\` says more`)
  }
  if (memory.freeBytes < littleMemoryBytes) {
    const free = Math.round(memory.freeBytes / 1024 ** 2)
    advice.push(`only ${free} MB of memory are free: keep --concurrency and --max-bytes low`)
  }
  return advice
}
