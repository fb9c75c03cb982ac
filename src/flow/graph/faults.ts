import { Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'

/** A message names a longer cycle in part; the failure's details have all of it. */
const maxNamed = 50

/** @param path names in which each needs the next and the last one the first */
export function cycle(path: readonly string[]): Failure {
  const whole = [...path, path[0]!]
  const left = whole.length - maxNamed
  const shown = left > 0 ? [...whole.slice(0, maxNamed - 1), `(${left} more)`, path[0]!] : whole
  return new Failure(
    'GRAPH_CYCLE',
    `graph: these tasks each need the next, so that none can start: ${shown.join(' -> ')}. Take one of these needs out`,
    { details: { cycle: whole.join(' -> ') } },
  )
}

export function unknownNeed(task: string, need: string, known: Iterable<string>): Failure {
  return new Failure(
    'UNKNOWN_NEED',
    `graph: task ${task} needs ${need}, which is not in the graph${suggestion(need, known)}: add it, or correct the name`,
    { details: { task, need } },
  )
}

export function selfNeed(task: string): Failure {
  return new Failure('SELF_NEED', `graph: task ${task} needs itself: take it out of its own needs`, {
    details: { task },
  })
}

export function duplicateName(name: string): Failure {
  return new Failure('DUPLICATE_NAME', `graph: there are two tasks named ${name}: give each a name of its own`, {
    details: { name },
  })
}

export function duplicateNeed(task: string, need: string, keys: readonly string[]): Failure {
  const as = keys[0] === keys[1] ? '' : ` (as ${keys.join(' and as ')})`
  return new Failure('DUPLICATE_NEED', `graph: task ${task} needs ${need} twice${as}: name it once`, {
    details: { task, need },
  })
}

export function duplicateHandle(name: string, other: string): Failure {
  return new Failure(
    'DUPLICATE_HANDLE',
    `graph: ${other} and ${name} are the same task: call task() once for each, or leave one of the names out`,
    { details: { name, other } },
  )
}

export function notAHandle(name: string, got: unknown): Failure {
  return new Failure(
    'INVALID_INPUT',
    `graph: expected ${name} to be a task handle, got ${got === null ? 'null' : typeof got}: make it with task(…)`,
    { details: { name } },
  )
}

export function notAGraph(got: unknown): Failure {
  return new Failure(
    'INVALID_INPUT',
    `graph: expected { name: handle } or an iterable of [name, handle], got ${got === null ? 'null' : typeof got}`,
  )
}

export function notAnEntry(index: number): Failure {
  return new Failure('INVALID_INPUT', `graph: expected entry ${index} to be [name, handle], the name a string`)
}

/** @param way from what is awaited to who awaits it: each waits for the next */
export function awaitCycle(way: readonly string[]): Failure {
  const path = [...way, way[0]!].join(' -> ')
  return new Failure(
    'GRAPH_CYCLE',
    `graph: ${way.at(-1)} cannot await ${way[0]}, which waits for it itself: ${path}. Spawn it and go on without its outcome`,
    { details: { cycle: path } },
  )
}
