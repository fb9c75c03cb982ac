import { keyNumber } from '../../../core/key-number.ts'
import type { ItemNumber, Journal, RunJournal, RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { sourceStart } from '../../sources/source.ts'
import { contentKey, jsonOf } from '../item/content-key.ts'
import { rootOf } from '../item/numbers.ts'
import { levelsOf } from '../item/shape.ts'
import { plannedSteps } from '../planned.ts'
import { isUnknownEnd } from './unknown-end.ts'

/** Inputs of a source's items, each as a number that stands for it. Undefined: nobody knows before they are read. */
export type Inputs = ReadonlySet<number> | undefined

/** What a run has done outside at some of its steps, or may have, by the inputs of the items of its source that it was done for. */
export interface EffectsByInput {
  /** How many, for each input that is among those asked for. */
  readonly counts: ReadonlyMap<number, number>
  /** Of items that have no end, so that nobody knows their input here. */
  readonly unknown: number
  /** Of what came out of a `collect`, where any of the inputs asked for went into that. */
  readonly collected: number
}

/** @returns undefined where the source cannot be read twice */
export async function inputsOf({ source, limit = Number.POSITIVE_INFINITY }: JobPlan): Promise<Inputs> {
  if (!source.isReadable) return undefined
  const inputs = new Set<number>()
  for await (const { number, input } of source.items(sourceStart, new AbortController().signal)) {
    if (number >= limit) break
    inputs.add(inputNumber(jsonOf(input)))
  }
  return inputs
}

/** Effects at these steps, by the items of the source; -1: what came out of a `collect`. */
export type EffectsByRoot = Map<ItemNumber, number>

export async function effectsByRoot(
  journal: Journal,
  row: RunRow,
  positions: readonly number[],
): Promise<EffectsByRoot> {
  const byRoot: EffectsByRoot = new Map()
  if (positions.length === 0) return byRoot
  const levels = levelsOf(plannedSteps(row))
  const add = ({ item, step }: { readonly item: ItemNumber; readonly step: number }): void => {
    const level = levels.find(({ from, to }) => from <= step && step <= to)!
    const root = level.isBehindCollect ? collected : rootOf(item, level.depth)
    byRoot.set(root, (byRoot.get(root) ?? 0) + 1)
  }
  await using run = await journal.open(row.id)
  for await (const work of run.doneBackwards(positions)) add(work)
  for (const work of await run.interrupted()) if (work.state === 'started' && positions.includes(work.step)) add(work)
  for await (const work of run.failedBackwards(positions)) if (isUnknownEnd(work.failure)) add(work)
  return byRoot
}

/** @param inputs those that are asked for */
export async function effectsByInput(
  journal: Journal,
  row: RunRow,
  byRoot: EffectsByRoot,
  inputs: Inputs,
): Promise<EffectsByInput> {
  const counts = new Map<number, number>()
  const left = new Map(byRoot)
  const isWhole = left.delete(collected)
  let isAmong = inputs === undefined
  if (left.size > 0 || !isAmong) {
    await using run = await journal.open(row.id)
    for await (const [item, input] of endedInputs(run)) {
      const effects = left.get(item) ?? 0
      left.delete(item)
      if (inputs !== undefined && !inputs.has(input)) continue
      isAmong = true
      if (effects > 0) counts.set(input, (counts.get(input) ?? 0) + effects)
    }
  }
  const unknown = [...left.values()].reduce((sum, effects) => sum + effects, 0)
  return { counts, unknown, collected: isWhole && (isAmong || unknown > 0) ? byRoot.get(collected)! : 0 }
}

/** Inputs of the items of its source that have their end. */
export async function settledInputs(journal: Journal, { id }: RunRow): Promise<ReadonlySet<number>> {
  const inputs = new Set<number>()
  await using run = await journal.open(id)
  for await (const [, input] of endedInputs(run)) inputs.add(input)
  return inputs
}

const collected = -1

async function* endedInputs(run: RunJournal): AsyncGenerator<readonly [item: ItemNumber, input: number]> {
  for await (const { item, input } of run.settledFrom(0, 0)) yield [item, inputNumber(input)]
}

function inputNumber(json: string): number {
  return keyNumber(contentKey('', json))
}
