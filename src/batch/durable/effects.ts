import type { Journal, Recorded, RunJournal } from '../../journal/journal.ts'
import type { Step } from '../steps/step.ts'
import { isTaken } from './copies.ts'

/** What an earlier run has done outside, has begun to do without anybody knowing how that ended, or has failed at for good. */
export type EffectDone = Recorded & { readonly state: 'done' | 'started' | 'dead' }

/**
 * Effects of earlier runs, each of which stands for one item of this one. Equal work with effects is no duplicate: three equal orders are three
 * orders, so each is done by itself; but what an earlier run has done of them already is not done once more.
 */
export class Effects {
  readonly #left = new Map<string, EffectDone[]>()

  /**
   * @param before those that the run takes what is known from, those that count most first
   * @param doesDead what is dead or in the dark is done again
   */
  static async open(
    journal: Journal,
    run: RunJournal,
    steps: readonly Step[],
    before: readonly string[],
    doesDead: boolean,
  ): Promise<Effects> {
    const effects = new Effects()
    const versions = new Set(steps.flatMap((step) => ('effects' in step && step.effects ? [step.version] : [])))
    if (versions.size === 0) return effects
    for (const id of before) {
      await using other = await journal.open(id)
      effects.#add((await effectsOf(other, versions)).filter(({ state }) => state === 'done' || !doesDead))
    }
    // Those without an attempt were taken in an earlier life of this run.
    for (const row of effects.#left.size === 0 ? [] : await effectsOf(run, versions)) {
      if (isTaken(row)) effects.#takeAs(row)
    }
    return effects
  }

  /** Takes one out. */
  take(key: string): EffectDone | undefined {
    return this.#left.get(key)?.shift()
  }

  /** One that ended like this. */
  #takeAs({ key, state }: EffectDone): void {
    const left = this.#left.get(key) ?? []
    const at = left.findIndex((row) => (row.state === 'done') === (state === 'done'))
    if (at >= 0) left.splice(at, 1)
  }

  /** A run that took effects of another has them, too: there are as many as the one has that has most. */
  #add(rows: readonly EffectDone[]): void {
    for (const [key, alike] of Map.groupBy(rows, (row) => row.key)) {
      const known = this.#left.get(key) ?? []
      this.#left.set(key, [...known, ...alike.slice(known.length)])
    }
  }
}

async function effectsOf(run: RunJournal, versions: ReadonlySet<string>): Promise<EffectDone[]> {
  const { steps } = JSON.parse(run.run.plan) as { readonly steps: readonly { readonly version?: string }[] }
  const positions = steps.flatMap(({ version }, at) => (version !== undefined && versions.has(version) ? [at] : []))
  if (positions.length === 0) return []
  const rows: EffectDone[] = []
  const dark: EffectDone[] = []
  for await (const row of run.doneBackwards(positions) as AsyncIterable<Recorded>) {
    // What was being taken back may be there still.
    if (row.state === 'undoing')
      dark.push({ item: row.item, step: row.step, key: row.key, state: 'started', attempt: 1 })
    else if (row.state === 'done' || row.state === 'dead') rows.push(row)
  }
  rows.reverse()
  for (const row of await run.interrupted()) if (row.state === 'started') dark.push(row)
  for await (const row of run.deadBackwards(positions)) dark.push(row)
  return [...rows, ...dark].filter(({ step }) => positions.includes(step))
}
