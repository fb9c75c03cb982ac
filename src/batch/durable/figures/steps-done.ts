import type { RunRow } from '../../../journal/journal.ts'
import type { Step } from '../../steps/step.ts'
import { accountOf } from '../account.ts'
import { plannedSteps } from '../planned.ts'

/** Names of the steps that some of these runs have done for an item, and that were then what they are now. */
export function stepsDone(steps: readonly Step[], rows: readonly RunRow[]): ReadonlySet<string> {
  const done = new Set(rows.flatMap(versionsDone))
  return new Set(steps.flatMap((step) => ('version' in step && done.has(step.version) ? [step.name] : [])))
}

function versionsDone(row: RunRow): (string | undefined)[] {
  const { steps = [] } = accountOf(row.marks).book ?? {}
  return plannedSteps(row).flatMap(({ version }, at) => ((steps[at]?.done ?? 0) > 0 ? [version] : []))
}
