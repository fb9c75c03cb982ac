import type { Journal, Recorded, RunJournal } from '../../../journal/journal.ts'
import { accountOf } from '../account.ts'
import { plannedSteps } from '../planned.ts'
import { isTaken } from './taken.ts'
import { uncertainOf } from './uncertain.ts'

interface Copy {
  readonly run: RunJournal
  readonly work: Recorded
}

/** Effects of a run that are its own and were not taken back. */
export interface Standing {
  readonly run: string
  readonly effects: number
  /** Begun there, and nobody knows whether they took effect. They are not in `effects`. */
  readonly uncertain: number
}

/** What other runs have taken of the effects of one: when such an effect is taken back, it is undone for them, too. */
export class Copies implements AsyncDisposable {
  /** What the other runs have done themselves, newest run first: it stays. */
  readonly standing: Standing[] = []
  readonly #byWork = new Map<string, Copy[]>()
  readonly #opened = new AsyncDisposableStack()

  /** @param steps names and versions of those that can take back what they did; a step may have had another version in another run */
  static async open(journal: Journal, of: string, steps: ReadonlySet<string>): Promise<Copies> {
    const copies = new Copies()
    for (const row of await journal.runs()) {
      const { id } = row
      if (id === of) continue
      const positions = plannedSteps(row).flatMap(({ name, version = name }, at) => {
        return steps.has(version) || steps.has(name) ? [at] : []
      })
      if (positions.length === 0) continue
      const run = copies.#opened.use(await journal.open(id))
      let effects = 0
      let uncertain = (await uncertainOf(run, positions)).length
      for await (const work of run.doneBackwards(positions)) {
        if (isTaken(work)) copies.#add({ run, work })
        else if (work.state === 'undoing') uncertain += 1
        else effects += 1
      }
      if (effects + uncertain > 0) copies.standing.push({ run: id, effects, uncertain })
    }
    return copies
  }

  /**
   * One of each run: it took one. Recorded, and committed with what is recorded next. What such a run has settled is not there any more, so it is
   * not gone on with.
   */
  undone(work: Recorded): void {
    const runs = new Set<RunJournal>()
    const left = this.#byWork.get(nameOf(work))?.filter(({ run, work: copied }) => {
      if (runs.has(run)) return true
      runs.add(run)
      run.undone(copied)
      markRollingBack(run)
      return false
    })
    if (left !== undefined) this.#byWork.set(nameOf(work), left)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync()
  }

  #add(copy: Copy): void {
    const known = this.#byWork.get(nameOf(copy.work))
    if (known === undefined) this.#byWork.set(nameOf(copy.work), [copy])
    else known.push(copy)
  }
}

/** What its run has settled may be undone: whatever comes of that, the run is not gone on with. */
export function markRollingBack(run: RunJournal): void {
  const account = accountOf(run.run.marks)
  if (!account.isRollingBack)
    run.mark({ ...run.run.marks, account: JSON.stringify({ ...account, isRollingBack: true }) })
}

function nameOf(work: Recorded): string {
  return `${work.key} ${'value' in work ? work.value : ''}`
}
