import type { RunRow } from '../../../journal/journal.ts'
import { hasEffects, type Step, type WorkStep } from '../../steps/step.ts'
import { accountOf } from '../account.ts'
import { type PlannedStep, plannedSteps } from '../planned.ts'

/** Where a step with effects stands in a run, as it is now and as something else: positions. */
export interface Selves {
  readonly row: RunRow
  /** Its work there is its own. */
  readonly same: readonly number[]
  /** It was this before it was changed. */
  readonly former: readonly number[]
}

/** Steps with effects that were something else in some of these runs. A step that is in none of them is new, and one whose name alone is another is the same. */
export function formerSteps(
  steps: readonly Step[],
  rows: readonly RunRow[],
): { readonly step: WorkStep; readonly selves: readonly Selves[] }[] {
  const planned = rows.map((row) => ({ row, steps: plannedSteps(row) }))
  const effecting = steps.filter(hasEffects)
  const isKnown = ({ name, version }: PlannedStep): boolean => {
    return planned.some((run) => run.steps.some((one) => one.name === name || one.version === version))
  }
  const unknown = effecting.filter((step) => !isKnown(step))
  const versions = new Set(steps.map((step) => ('version' in step ? step.version : undefined)))
  const names = new Set(steps.map(({ name }) => name))
  return effecting.flatMap((step) => {
    const selves = planned.map(({ row, steps: then }): Selves => {
      const gone = goneEffects(row, then, names, versions)[unknown.indexOf(step)]
      return {
        row,
        same: positions(then, ({ version }) => version === step.version),
        former: positions(then, (one) => !versions.has(one.version) && (one.name === step.name || one === gone)),
      }
    })
    return selves.some(({ former }) => former.length > 0) ? [{ step, selves }] : []
  })
}

/** Steps with effects that the job has no more, in their order: those that it has and no run had may be these under other names. */
function goneEffects(
  { marks }: RunRow,
  then: readonly PlannedStep[],
  names: ReadonlySet<string>,
  versions: ReadonlySet<string | undefined>,
): PlannedStep[] {
  const { effects = [] } = accountOf(marks)
  return then.filter((one) => {
    return !names.has(one.name) && !versions.has(one.version) && effects.some(({ name }) => name === one.name)
  })
}

function positions(steps: readonly PlannedStep[], wanted: (step: PlannedStep) => boolean): number[] {
  return steps.flatMap((step, at) => (wanted(step) ? [at] : []))
}
