import * as v from 'valibot'
import { Failure } from '../../../core/failure.ts'
import { suggestion } from '../../../core/suggestion.ts'
import { checkLane, laneLimits } from '../../../schedule/lane-options.ts'
import type { Step } from '../../steps/step.ts'
import type { JobDefinition } from './definition.ts'
import type { JobFault } from './faults.ts'

/** As those of `createRuntime`. */
export const lanes: v.GenericSchema = v.record(v.pipe(v.string(), v.minLength(1)), laneLimits)

/** Lanes that every runtime has. */
export const builtInLanes: readonly string[] = ['io', 'cpu', 'local', 'anthropic']

/** Limits that do not go together. */
export function laneFaults({ lanes = {} }: JobDefinition): JobFault[] {
  return Object.entries(lanes).flatMap(([name, limits]): JobFault[] => {
    const path = ['lanes', name]
    if (name === 'cpu') return [{ path, atName: true, message: 'lane cpu has a slot for each core: leave it out' }]
    try {
      checkLane(name, limits)
      return []
    } catch (thrown) {
      const { message, details } = Failure.from(thrown)
      return [
        { path: [...path, String(details?.option)], atName: true, message: message.replace(/^createRuntime: /, '') },
      ]
    }
  })
}

/**
 * Lanes that nothing is on, whose limits would bound nothing.
 *
 * @param steps all of the job's
 * @param mayCall whether code of the user's own runs on the event loop: it may call tasks that are on other lanes, and only what looks like
 *   one of the known ones is wrong
 */
export function idleLaneFaults({ lanes = {} }: JobDefinition, steps: readonly Step[], mayCall: boolean): JobFault[] {
  const known = new Set([...steps.flatMap(lanesOf), ...builtInLanes])
  const idle = Object.keys(lanes).filter((name) => !known.has(name))
  known.delete('cpu')
  return idle.flatMap((name): JobFault[] => {
    const nearest = suggestion(name, known)
    if (mayCall && !nearest.includes('did you mean')) return []
    return [{ path: ['lanes', name], atName: true, message: `lanes.${name}: no step is on this lane${nearest}` }]
  })
}

function lanesOf(step: Step): string[] {
  return 'lane' in step ? [step.lane, ...(step.worksOn === undefined ? [] : [step.worksOn])] : []
}
