import { Failure } from '../../../core/failure.ts'
import type { Journal, RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { accountOf } from '../account.ts'
import type { ChangedEffects } from '../job-run.ts'
import { plannedSteps } from '../planned.ts'
import {
  type EffectsByInput,
  type EffectsByRoot,
  effectsByInput,
  effectsByRoot,
  type Inputs,
  inputsOf,
  settledInputs,
} from './effects-by-input.ts'
import { formerSteps, type Selves } from './former-steps.ts'

export interface ChangedEffectsParts {
  readonly journal: Journal
  readonly plan: JobPlan
  /** Runs whose effects count for the one that is to go on or to begin, newest first; itself included where it was there. */
  readonly rows: readonly RunRow[]
}

/**
 * Steps of a job that have other code than when they did something outside for items that the job has still. What was done for inputs that are gone
 * is not done again, and what somebody has let a later run do again was meant so.
 *
 * Where nothing was changed this looks at the plans of the runs alone. Else it reads the source, and what those runs have of such steps.
 *
 * @throws Failure those of the journal and of the source
 */
export async function changedEffects(parts: ChangedEffectsParts): Promise<ChangedEffects[]> {
  const { journal, plan, rows } = parts
  const changed: ChangedEffects[] = []
  let inputs: Promise<Inputs> | undefined
  for (const { step, selves } of formerSteps(plan.steps, rows)) {
    if (await isRedone(plan, selves)) continue
    const former: Former[] = []
    for (const one of selves) {
      const byRoot = await effectsByRoot(journal, one.row, one.former)
      if (byRoot.size > 0) former.push({ ...one, byRoot })
    }
    if (former.length === 0) continue
    inputs ??= inputsOf(plan)
    const effects = await countAgain(journal, former, selves, await inputs)
    if (effects === 0) continue
    const { row, former: positions } = former[0]!
    const was = plannedSteps(row)[positions[0]!]!
    const code = accountOf(row.marks).effects?.find(({ name }) => name === was.name)?.code
    const keeps = code !== undefined && 'code' in step && step.code?.versionWith(code) === was.version
    changed.push({ step: step.name, run: row.id, was: was.name, effects, keptBy: keeps ? code : undefined })
  }
  return changed
}

/** @throws Failure `EFFECTS_CHANGED` */
export function refuseChanged(changed: readonly ChangedEffects[]): never {
  const effects = changed.reduce((sum, one) => sum + one.effects, 0)
  throw new Failure('EFFECTS_CHANGED', changed.map((one) => `${changedText(one)} ${remedy(one)}`).join('. '), {
    details: { steps: changed.map(({ step }) => step).join(', '), effects },
  })
}

/** In words, as far as it can be said without what to do about it. */
export function changedText({ step, run, was, effects }: ChangedEffects): string {
  const formerly = was === step ? '' : `${was}, or what it was, `
  return `${step} is not what it was in ${run}: ${formerly}up to ${effects} of its effects there were done, or may have been, and would be done again.`
}

/** How they are kept, and how they are done again. */
export function remedy({ keptBy }: Pick<ChangedEffects, 'keptBy'>): string {
  const keep =
    keptBy === undefined
      ? 'To keep what was done, make the step, or the version of its job, what it was'
      : `To keep what was done, put version: "${keptBy}" on the step`
  return `${keep}; to do it again, say --redo-effects (from code: redoEffects)`
}

/** A later run was let do them again, and has gone through all that this one has. */
async function isRedone({ source, limit }: JobPlan, selves: readonly Selves[]): Promise<boolean> {
  const identity = await source.identity()
  return selves.some(({ row, same }) => {
    const { redoesEffects, limit: itsLimit } = accountOf(row.marks)
    return same.length > 0 && redoesEffects && row.state === 'finished' && row.source === identity && itsLimit === limit
  })
}

type Former = Selves & { readonly byRoot: EffectsByRoot }

/** Runs take what others had: each input counts as often as the run has it that has it most. */
async function countAgain(
  journal: Journal,
  former: readonly Former[],
  newestFirst: readonly Selves[],
  inputs: Inputs,
): Promise<number> {
  const [before, now] = [new Most(), new Most()]
  /** What a run that was let do them again has gone through, which is newer than those that come. */
  let redone: Set<number> | undefined
  for (const { row, same } of newestFirst) {
    const had = former.find((one) => one.row === row)
    if (had !== undefined) before.add(await effectsByInput(journal, row, had.byRoot, inputs), redone)
    if (same.length === 0) continue
    now.add(await effectsByInput(journal, row, await effectsByRoot(journal, row, same), inputs))
    if (!accountOf(row.marks).redoesEffects) continue
    redone ??= new Set()
    for (const input of await settledInputs(journal, row)) redone.add(input)
  }
  return before.beyond(now)
}

/** Of several runs. */
class Most {
  readonly #counts = new Map<number, number>()
  #unknown = 0
  #collected = 0

  /** @param redone inputs that do not count, nor does what has no input */
  add({ counts, unknown, collected }: EffectsByInput, redone?: ReadonlySet<number>): void {
    for (const [input, effects] of counts) {
      if (!redone?.has(input)) this.#counts.set(input, Math.max(effects, this.#counts.get(input) ?? 0))
    }
    if (redone !== undefined) return
    this.#unknown += unknown
    this.#collected = Math.max(collected, this.#collected)
  }

  beyond(other: Most): number {
    let sum = this.#unknown + Math.max(0, this.#collected - other.#collected)
    for (const [input, effects] of this.#counts) sum += Math.max(0, effects - (other.#counts.get(input) ?? 0))
    return sum
  }
}
