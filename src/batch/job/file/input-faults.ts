import { noSearch } from '../../steps/search.ts'
import type { JobFault } from './faults.ts'

const ways = ['urls', 'glob', 'file', 'stdin', 'search', 'items'] as const

/** What a schema of single options cannot say: that items come from one place, and which options go with which. */
export function inputFaults(definition: unknown): JobFault[] {
  const { input } = Object(definition) as { readonly input?: unknown }
  // What is no object at all the schema says.
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return []
  const given = ways.filter((way) => Object.hasOwn(input, way))
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : given.join(' and ')
    return [{ path: ['input'], message: `input: expected one of urls, glob, file or stdin, got ${got}` }]
  }
  const [way] = given
  if (way === 'search') return [{ path: ['input', 'search'], atName: true, message: noSearch }]
  const taken = way === 'file' ? ['format', 'delimiter'] : way === 'stdin' ? ['delimiter'] : []
  const misplaced = ['format', 'delimiter'].filter((name) => Object.hasOwn(input, name) && !taken.includes(name))
  return misplaced.map((name) => ({
    path: ['input', name],
    atName: true,
    message: `option ${name} is for items of a file: leave it out`,
  }))
}
