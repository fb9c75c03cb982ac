import { Failure, messageOf } from '../../core/failure.ts'
import type { GraphInput } from '../../core/graph.ts'
import { notAGraph, notAnEntry } from './faults.ts'
import { Graph, type GraphEntry } from './graph.ts'
import { isTaskHandle } from './task.ts'

/**
 * A graph as the caller wrote it, whole and checked.
 *
 * @throws Failure see `Graph.add`; `SOURCE_FAILED` when the iterable throws
 */
export function readGraph(input: GraphInput): Graph {
  const graph = new Graph()
  graph.add(entriesOf(input))
  return graph
}

function entriesOf(input: unknown): GraphEntry[] {
  if (typeof input !== 'object' || input === null || isTaskHandle(input)) throw notAGraph(input)
  if (!(Symbol.iterator in input)) return Object.entries(input)
  const entries = gather(input as Iterable<unknown>)
  for (const [index, entry] of entries.entries()) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') throw notAnEntry(index)
  }
  return entries as GraphEntry[]
}

function gather(input: Iterable<unknown>): unknown[] {
  try {
    return [...input]
  } catch (thrown) {
    throw new Failure('SOURCE_FAILED', `graph: the source of its tasks threw: ${messageOf(thrown)}`, { cause: thrown })
  }
}
