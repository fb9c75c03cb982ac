import type { JobLane } from '../../../batch/durable/job-run.ts'
import { count, duration } from './figures.ts'

/** A lane as it stands: `anthropic: 12 of 50 slots, cooling 8 s, 40 waiting`. */
export function laneText({ name, running, waiting, state }: JobLane): string {
  return [
    `${name}: ${count(running)} of ${count(state.concurrency)} slots`,
    ...phaseText(state),
    ...(waiting > 0 ? [`${count(waiting)} waiting`] : []),
  ].join(', ')
}

/** Lanes with something to say: that work, that are waited for, or that do not take all they could. */
export function busyLanes(lanes: readonly JobLane[]): JobLane[] {
  return lanes.filter(({ running, waiting, state }) => running + waiting > 0 || isHeldUp(state))
}

function isHeldUp({ phase }: JobLane['state']): boolean {
  return phase === 'cooling' || phase === 'stopped' || phase === 'paused'
}

function phaseText({ phase, resumesInMs, failure }: JobLane['state']): string[] {
  if (phase === 'steady') return []
  if (phase === 'cooling') return [resumesInMs === undefined ? 'cooling' : `cooling ${duration(resumesInMs)}`]
  if (phase === 'stopped') return [failure === undefined ? 'stopped' : `stopped by ${failure.code}`]
  return [phase === 'paused' ? 'paused' : 'starting slowly']
}
