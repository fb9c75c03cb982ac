import type { Journal } from '../../../journal/journal.ts'
import type { SeenRun } from '../../../journal/seen-runs.ts'
import { accountOf } from '../account.ts'
import { plannedSteps } from '../planned.ts'
import { isTaken } from './taken.ts'
import { uncertainOf } from './uncertain.ts'

/** What a run alone knows of the effects that it had, and what is lost with it. */
export interface HeldEffects {
  /** Begun, or begun to be taken back, and nobody knows how that ended. */
  readonly uncertain: number
  /** Of a run that was rolled back: what it has done and nothing took back. */
  readonly standing: number
}

/** What a run has of its own, not what it took of others. @param journal may be one that only reads */
export async function heldEffects(journal: Journal, row: SeenRun): Promise<HeldEffects> {
  const { effects = [] } = accountOf(row.marks)
  const names = new Set(effects.map(({ name }) => name))
  const positions = plannedSteps(row).flatMap(({ name }, at) => (names.has(name) ? [at] : []))
  if (positions.length === 0) return { uncertain: 0, standing: 0 }
  await using run = await journal.open(row.id)
  let uncertain = (await uncertainOf(run, positions)).length
  let standing = 0
  if (row.state !== 'rolled-back' && row.state !== 'rolling-back') return { uncertain, standing }
  for await (const work of run.doneBackwards(positions)) {
    if (work.state === 'undoing') uncertain += 1
    else if (!isTaken(work)) standing += 1
  }
  return { uncertain, standing }
}
