import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Job, work } from './work.ts'

/** Child processes, each of which does one job at a time. Whoever calls `run` asks for no more at once than there are. */
export class Processes implements Disposable {
  readonly #all: readonly ChildProcess[]
  readonly #idle: ChildProcess[]

  constructor(count: number) {
    this.#all = Array.from({ length: count }, () => fork(fileURLToPath(import.meta.url), ['jobs']))
    this.#idle = [...this.#all]
  }

  async run(job: Job): Promise<number> {
    const child = this.#idle.pop()
    if (child === undefined) throw new Error(`all ${this.#all.length} processes are busy`)
    const answered = once(child, 'message') as Promise<[number]>
    child.send(job)
    const [value] = await answered
    this.#idle.push(child)
    return value
  }

  [Symbol.dispose](): void {
    for (const child of this.#all) child.disconnect()
  }
}

const [, script, role] = process.argv
if (script === fileURLToPath(import.meta.url) && role === 'jobs') {
  process.on('message', async (job: Job) => process.send?.(await work(job)))
}
