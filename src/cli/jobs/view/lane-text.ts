import type { JobLane } from '../../../batch/durable/job-run.ts'
import { count, duration } from './figures.ts'

/**
 * A lane as it stands: `anthropic: 12 of 50 slots, cooling 8 s, 40 waiting`. Of one that sends in batches, which holds no slots meanwhile, what
 * becomes of them: `anthropic: batch msgbatch_1: 5,000 requests, asked again in 45 s`.
 */
export function laneText({ name, running, waiting, state }: JobLane): string {
  const { mode, why, concurrency } = state
  const isTold = mode === 'batch' && why !== undefined
  return [
    `${name}: ${isTold ? why : `${count(running)} of ${count(concurrency)} slots`}`,
    ...phaseText(state),
    ...(waiting > 0 ? [`${count(waiting)} waiting`] : []),
  ].join(', ')
}

/** Lanes with something to say: that work, that are waited for, that do not take all they could, or that have a batch on its way. */
export function busyLanes(lanes: readonly JobLane[]): JobLane[] {
  return lanes.filter(({ running, waiting, state }) => running + waiting > 0 || isHeldUp(state))
}

function isHeldUp({ phase, mode, why }: JobLane['state']): boolean {
  if (mode === 'batch' && why !== undefined) return true
  return phase === 'cooling' || phase === 'stopped' || phase === 'paused'
}

function phaseText({ phase, resumesInMs, failure }: JobLane['state']): string[] {
  if (phase === 'steady') return []
  if (phase === 'cooling') return [resumesInMs === undefined ? 'cooling' : `cooling ${duration(resumesInMs)}`]
  if (phase === 'stopped') return [failure === undefined ? 'stopped' : `stopped by ${failure.code}`]
  return [phase === 'paused' ? 'paused' : 'starting slowly']
}
