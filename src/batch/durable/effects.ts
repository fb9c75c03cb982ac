import type { Journal, Recorded, RunJournal } from '../../journal/journal.ts'
import type { Step } from '../steps/step.ts'
import { accountOf } from './account.ts'
import { isTaken } from './copies.ts'

/** What an earlier run has done outside, or has begun to do without anybody knowing how that ended. */
export type EffectDone = Recorded & { readonly state: 'done' | 'started' }

/**
 * Effects of earlier runs, each of which stands for one item of this one. Equal work with effects is no duplicate: three equal orders are three
 * orders, so each is done by itself; but what an earlier run has done of them already is not done once more.
 */
export class Effects {
  readonly #left = new Map<string, EffectDone[]>()

  /** @param before those that the run takes what is known from, those that count most first */
  static async open(
    journal: Journal,
    run: RunJournal,
    steps: readonly Step[],
    before: readonly string[],
    isRetry: boolean,
  ): Promise<Effects> {
    const effects = new Effects()
    const versions = new Set(steps.flatMap((step) => ('effects' in step && step.effects ? [step.version] : [])))
    if (versions.size === 0) return effects
    for (const id of before) {
      await using other = await journal.open(id)
      effects.#add((await effectsOf(other, versions)).filter(({ state }) => state === 'done' || !isRetry))
    }
    // Those without an attempt were taken in an earlier life of this run.
    for (const row of effects.#left.size === 0 ? [] : await effectsOf(run, versions)) {
      if (isTaken(row)) effects.take(row.key)
    }
    return effects
  }

  /** Takes one out. */
  take(key: string): EffectDone | undefined {
    return this.#left.get(key)?.shift()
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
  for await (const row of run.doneBackwards(positions)) if (row.state === 'done') rows.push(row)
  rows.reverse()
  for (const row of await run.interrupted()) if (row.state === 'started') rows.push(row)
  rows.push(...(await inTheDark(run)))
  return rows.filter(({ step }) => positions.includes(step))
}

/** What was left as it was when it was found without an end: it is in the dark still. */
async function inTheDark(run: RunJournal): Promise<EffectDone[]> {
  const rows: EffectDone[] = []
  const failures = accountOf(run.run.marks).book?.failures ?? []
  if (!failures.some(({ code }) => code === 'INTERRUPTED')) return rows
  for await (const { item, step, failure } of run.settledAfter(0)) {
    if (failure?.code !== 'INTERRUPTED') continue
    const row = (await run.recall([item])).get(item)?.find((one) => one.step === step)
    if (row?.state === 'dead') rows.push({ item, step, key: row.key, state: 'started', attempt: row.figures.attempts })
  }
  return rows
}
