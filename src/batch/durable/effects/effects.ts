import type { Journal, Recorded, RunJournal, RunRow } from '../../../journal/journal.ts'
import { hasEffects, type Step } from '../../steps/step.ts'
import { accountOf } from '../account.ts'
import { plannedSteps } from '../planned.ts'
import { isTaken } from './taken.ts'

/** What another run has done outside, has begun to do without anybody knowing how that ended, or has failed at for good. */
export type EffectDone = Recorded & { readonly state: 'done' | 'started' | 'dead' }

export interface EffectsOptions {
  /** The run is to take nothing of those before it. */
  readonly isFresh: boolean
  /** What is dead or in the dark is done again. */
  readonly doesDead: boolean
}

/**
 * Effects of other runs, each of which stands for one item of this one. Equal work with effects is no duplicate: three equal orders are three
 * orders, so each is done by itself; but what another run has done of them already is not done once more. That is any run: however many there
 * were since, and later ones, too, as an old run may be gone on with.
 */
export class Effects {
  readonly #left = new Map<string, EffectDone[]>()

  static async open(
    journal: Journal,
    run: RunJournal,
    steps: readonly Step[],
    { isFresh, doesDead }: EffectsOptions,
  ): Promise<Effects> {
    const effects = new Effects()
    const versions = new Set(steps.filter(hasEffects).map(({ version }) => version))
    if (versions.size === 0) return effects
    for (const row of othersOf(await journal.runs(), run.run, isFresh)) {
      const positions = positionsOf(row, versions)
      if (positions.length === 0) continue
      await using other = await journal.open(row.id)
      effects.#add((await effectsOf(other, positions)).filter(({ state }) => state === 'done' || !doesDead))
    }
    // In an earlier life of this run some were taken, or are its own, which later runs have taken of it.
    const own = effects.#left.size === 0 ? [] : await effectsOf(run, positionsOf(run.run, versions))
    for (const row of own) if (isTaken(row) || row.state === 'done') effects.#leaveOut(row)
    return effects
  }

  /** Takes one out. */
  take(key: string): EffectDone | undefined {
    return this.#left.get(key)?.shift()
  }

  /** One that ended like this. */
  #leaveOut({ key, state }: EffectDone): void {
    const left = this.#left.get(key) ?? []
    const at = left.findIndex((row) => (row.state === 'done') === (state === 'done'))
    if (at >= 0) left.splice(at, 1)
  }

  /** A run that took effects of another has them, too: there are as many as the one has that has most, and as many that are done. */
  #add(rows: readonly EffectDone[]): void {
    for (const [key, alike] of Map.groupBy(rows, (row) => row.key)) {
      const known = this.#left.get(key) ?? []
      const [done, open] = apart(known)
      const [alsoDone, alsoOpen] = apart(alike)
      const all = [...done, ...alsoDone.slice(done.length), ...open, ...alsoOpen]
      this.#left.set(key, all.slice(0, Math.max(known.length, alike.length)))
    }
  }
}

/** All but those before one that began anew, newest first. @param id of a run that is among them, or the next one that begins */
export function othersOf(
  newestFirst: readonly RunRow[],
  { id }: { readonly id: string | undefined },
  isFresh: boolean,
): RunRow[] {
  const own = newestFirst.findIndex((row) => row.id === id)
  const before = isFresh ? [] : newestFirst.slice(own + 1)
  const fresh = before.findIndex(({ marks }) => accountOf(marks).isFresh)
  return [...newestFirst.slice(0, Math.max(0, own)), ...(fresh < 0 ? before : before.slice(0, fresh + 1))]
}

/** Of the steps that have effects. */
function positionsOf(row: RunRow, versions: ReadonlySet<string>): number[] {
  return plannedSteps(row).flatMap(({ version }, at) => (version !== undefined && versions.has(version) ? [at] : []))
}

/** Those that are done first. */
async function effectsOf(run: RunJournal, positions: readonly number[]): Promise<EffectDone[]> {
  const rows: EffectDone[] = []
  const open: EffectDone[] = []
  for await (const row of run.doneBackwards(positions)) {
    // What was being taken back may be there still.
    if (row.state === 'undoing')
      open.push({ item: row.item, step: row.step, key: row.key, state: 'started', attempt: 1 })
    else if (row.state === 'done') rows.push(row)
    else open.push(row)
  }
  rows.reverse()
  for (const row of await run.interrupted()) if (row.state === 'started' && positions.includes(row.step)) open.push(row)
  for await (const row of run.failedBackwards(positions)) if (row.state === 'dead') open.push(row)
  return [...rows, ...open]
}

/** What is done, and what is not. */
function apart(rows: readonly EffectDone[]): readonly [EffectDone[], EffectDone[]] {
  return [rows.filter(({ state }) => state === 'done'), rows.filter(({ state }) => state !== 'done')]
}
