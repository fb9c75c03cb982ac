import type { WorkerRequest } from '../../workers/protocol.ts'
import type { WorkerTask } from '../core/task.ts'
import { transferList } from '../core/transfer.ts'

/** One task on its way to a thread, with a way to take it back while no thread has it. */
export class Posting {
  readonly request: WorkerRequest
  readonly transfers: readonly ArrayBuffer[]
  strandedBy: unknown
  #posted = false
  #onPosted: (() => void) | undefined
  readonly #withdrawal = new AbortController()

  constructor(task: Pick<WorkerTask<unknown, unknown>, 'module' | 'export'>, input: unknown) {
    this.transfers = transferList(input)
    const posted = (): void => this.#wasPosted()
    this.request = {
      module: task.module,
      export: task.export,
      // Piscina does not say when a thread takes a task, but sending it reads its properties.
      get input() {
        posted()
        return input
      },
    }
  }

  get posted(): boolean {
    return this.#posted
  }

  get stranded(): boolean {
    return this.withdrawn.aborted
  }

  /** Aborted when the task is taken back. */
  get withdrawn(): AbortSignal {
    return this.#withdrawal.signal
  }

  onPosted(callback: () => void): void {
    if (this.#posted) callback()
    else this.#onPosted = callback
  }

  /** Takes the task back: the thread that it waits for will not come. */
  strand(cause: unknown): void {
    if (this.#posted) return
    this.strandedBy = cause
    this.#withdrawal.abort()
  }

  #wasPosted(): void {
    this.#posted = true
    this.#onPosted?.()
  }
}
