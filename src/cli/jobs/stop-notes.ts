import type { JobPlan } from '../../batch/job/plan.ts'
import { hasEffects } from '../../batch/steps/step.ts'

/** What is said when a user stops a run, for the first and for the second time. A batch that was sent is not stopped, and is paid for. */
export function stopNotes({ steps, runtime }: Pick<JobPlan, 'steps' | 'runtime'>): { drain: string; cancel: string } {
  const drain = 'stopping: what runs is finished and recorded'
  const cancel = `stopping now: what runs is given up, and done again when the run goes on${inTheDark(steps)}`
  const sends = steps.some((step) => 'lane' in step && runtime.lanes?.[step.lane]?.mode === 'batch')
  if (!sends) return { drain: `${drain}; Ctrl-C again stops now`, cancel }
  return {
    drain: `${drain}, batches too, which may take hours; Ctrl-C again stops now and leaves them to the provider`,
    cancel: `${cancel}; batches that were sent go on at the provider, are paid for, and give their results then`,
  }
}

/** What has effects may have had them by then, and is not done again by itself. */
function inTheDark(steps: JobPlan['steps']): string {
  const names = steps.flatMap((step) => {
    return hasEffects(step) && step.onInterrupted !== 'rerun' ? [step.name] : []
  })
  if (names.length === 0) return ''
  return `; not so what ${names.join(', ')} has on: that may take effect still, and when the run goes on onInterrupted decides`
}
