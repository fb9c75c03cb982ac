import type { RunRow } from '../../../journal/journal.ts'
import type { Step } from '../../steps/step.ts'
import { accountOf } from '../account.ts'

/** How long attempts of steps took on average, in milliseconds, by the steps' names, and in which runs that was measured. */
export interface Durations {
  readonly meanMs: Readonly<Record<string, number>>
  readonly measured: readonly { readonly step: string; readonly run: string; readonly tasks: number }[]
}

/**
 * What earlier runs of a job say of the time that its steps take. Of each step that run counts in which most of its tasks ended; one in which it was
 * what it is now counts before those in which it only had the same name.
 *
 * @param newestFirst all runs of the job
 */
export function durationsOf(steps: readonly Step[], newestFirst: readonly RunRow[]): Durations {
  const runs = newestFirst.map((row) => ({ id: row.id, steps: tookIn(row) }))
  const found = steps.flatMap((step) => {
    if (!('version' in step)) return []
    const alike = runs.flatMap(({ id, steps: took }) => {
      return took.flatMap((one) => (one.name === step.name && one.kind === step.kind ? [{ ...one, run: id }] : []))
    })
    const same = alike.filter(({ version }) => version === step.version)
    const most = (same.length > 0 ? same : alike).reduce<(typeof alike)[number] | undefined>(
      (best, one) => (one.ended > (best?.ended ?? 0) ? one : best),
      undefined,
    )
    return most === undefined ? [] : [{ ...most, step: step.name }]
  })
  return {
    meanMs: Object.fromEntries(found.map(({ step, ended, runMs }) => [step, runMs / ended])),
    measured: found.map(({ step, run, ended }) => ({ step, run, tasks: ended })),
  }
}

interface StepTook {
  readonly name: string
  readonly kind: string
  readonly version?: string
  readonly ended: number
  readonly runMs: number
}

/** Its steps whose tasks were measured. */
function tookIn({ plan, marks }: RunRow): StepTook[] {
  const { took } = accountOf(marks).book ?? {}
  if (took === undefined) return []
  const { steps } = JSON.parse(plan) as { readonly steps: readonly Omit<StepTook, 'ended' | 'runMs'>[] }
  return steps.flatMap((step, at) => {
    const { ended = 0, runMs = 0 } = took[at] ?? {}
    return ended === 0 ? [] : [{ ...step, ended, runMs }]
  })
}
