/** How much a contender does, as its parent process asks for it. */
export interface ContenderSize {
  readonly tasks: number
  /** Runs of that many tasks before the clock starts, for the compiler. */
  readonly warmups: number
  /** Runs that are timed, as one stretch: what collecting their garbage takes is part of it. */
  readonly runs: number
}

/** What one task took on average over a stretch of runs, in microseconds. */
export interface Timing {
  readonly tasks: number
  readonly wallUs: number
  /** Of all threads of the process, those that collect garbage included. */
  readonly cpuUs: number
}

/** Runs the work in this process, as often as the last argument says, and prints the timing for the parent. */
export async function measureContender(run: (items: readonly number[]) => Promise<number>): Promise<void> {
  const { tasks, warmups, runs }: ContenderSize = JSON.parse(process.argv.at(-1)!)
  const items = Array.from({ length: tasks }, (_, index) => index)
  const repeat = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      const done = await run(items)
      if (done !== tasks) throw new Error(`expected ${tasks} results, got ${done}`)
    }
  }
  await repeat(warmups)
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await repeat(runs)
  const wallMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpuBefore)
  const total = tasks * runs
  const timing: Timing = { tasks, wallUs: (wallMs * 1_000) / total, cpuUs: (user + system) / total }
  console.log(JSON.stringify(timing))
}

export async function noop(item: number): Promise<number> {
  return item
}
