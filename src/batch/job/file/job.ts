import type { JobDefinition } from './definition.ts'
import { type JobFault, jobInvalid, schemaFaults } from './faults.ts'
import { inputFaults } from './input-faults.ts'
import { jobSchema } from './job-schema.ts'

/**
 * A job in TypeScript: `export default job({ … })` in a file that `weft run` is given. It is as a job file of YAML, with functions as steps
 * (`run: { task }`), models and schemas as values, and `input: { items }`.
 *
 * @returns the job itself, frozen
 * @throws Failure `JOB_INVALID` that names every fault
 */
export function job<const J extends JobDefinition>(definition: J): J {
  const faults = definitionFaults(definition)
  if (faults.length > 0) throw jobInvalid(faults, pathOf)
  return Object.freeze(definition)
}

export function definitionFaults(definition: unknown): JobFault[] {
  return [...schemaFaults(jobSchema, definition), ...inputFaults(definition)]
}

/** Where a fault stands in what has no lines: `steps[2].ask.prompt`. */
export function pathOf({ path }: JobFault): string {
  const [first, ...rest] = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
  return `job: ${(first ?? '').replace(/^\./, '')}${rest.join('')}`.replace(/: $/, '')
}
