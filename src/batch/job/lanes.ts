import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { checkLane, laneLimits } from '../../schedule/lane-options.ts'
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
