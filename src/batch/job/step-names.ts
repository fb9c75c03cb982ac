import { inputName, itemsName } from '../template/names.ts'
import type { JobStep } from './file/definition.ts'
import type { JobFault } from './file/faults.ts'
import { kindNamed } from './file/job-schema.ts'

/** A name for each step: what it says with `as`, or that of its kind; a second one of a kind has a number behind it. */
export function namesOfSteps(steps: readonly JobStep[], faults: JobFault[]): string[] {
  const given = steps.map(nameGiven)
  const taken = new Map<string, number>()
  for (const [index, name] of given.entries()) {
    if (name === undefined) continue
    const path = ['steps', index, Object.keys(steps[index]!)[0]!, 'as']
    const first = taken.get(name)
    if (name === inputName || name === itemsName)
      faults.push({ path, message: `as: ${name} is a name that every item has` })
    else if (first !== undefined) faults.push({ path, message: `as: step ${first + 1} is called ${name}, too` })
    else taken.set(name, index)
  }
  return given.map((name, index) => {
    if (name !== undefined) return name
    const free = freeName(resultOf(steps[index]!), taken)
    taken.set(free, index)
    return free
  })
}

function nameGiven(step: JobStep): string | undefined {
  if (typeof step === 'string') return undefined
  const [options] = Object.values(step) as { readonly as?: string }[]
  return options?.as
}

function resultOf(step: JobStep): string {
  return kindNamed(typeof step === 'string' ? step : Object.keys(step)[0]!)!.result
}

function freeName(name: string, taken: ReadonlyMap<string, number>): string {
  let count = 1
  while (taken.has(count === 1 ? name : `${name}${count}`)) count += 1
  return count === 1 ? name : `${name}${count}`
}
