import { Failure } from '../../src/core/failure.ts'
import type { Journal, RunJournal, Work } from '../../src/journal/journal.ts'

const writing = ['started', 'done', 'failed', 'settled', 'mark', 'undoing', 'undone'] as const

/** A journal that takes so many records and then none: what its run finds next time is what a process that was killed there had left. */
export class MortalJournal {
  /** Keys of the work that is recorded as done. */
  readonly done: Set<string> = new Set()
  /** Records that it takes still. */
  left: number = Number.POSITIVE_INFINITY
  /** Told of each that is recorded as done, with the number of its attempts. */
  onDone: (run: string, work: Work, attempts: number) => void = () => {}
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get journal(): Journal {
    return new Proxy(this.#journal, {
      get: (target, name) => {
        if (name === 'open') return async (id: string) => this.#mortal(await target.open(id))
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #mortal(run: RunJournal): RunJournal {
    const mortal = new Proxy(run, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if ((writing as readonly unknown[]).includes(name)) {
          return (...args: unknown[]) => {
            this.#live()
            this.left -= 1
            value.apply(target, args)
            if (name !== 'done') return
            const [work, , { attempts }] = args as Parameters<RunJournal['done']>
            this.done.add(work.key)
            this.onDone(target.run.id, work, attempts)
          }
        }
        if (name === 'committed' || name === 'setState') {
          return async (...args: unknown[]) => {
            this.#live()
            return value.apply(target, args)
          }
        }
        return value.bind(target)
      },
    })
    // An AsyncDisposableStack finds no method on a proxy.
    return Object.create(mortal, { [Symbol.asyncDispose]: { value: () => run[Symbol.asyncDispose]() } })
  }

  #live(): void {
    if (this.left <= 0) throw new Failure('JOURNAL_FAILED', 'killed')
  }
}
