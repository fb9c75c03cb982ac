import type { TaskHandle } from '../../src/core/graph.ts'
import { Graph } from '../../src/flow/graph/graph.ts'
import { task } from '../../src/flow/graph/task.ts'
import type { Random } from '../corpus/random.ts'

/** How the tasks of a random graph hang together. */
export type Family = 'uniform' | 'sparse' | 'layers' | 'local'

export const families: readonly Family[] = ['uniform', 'sparse', 'layers', 'local']

/**
 * Which earlier tasks the task at `index` of `count` needs.
 *
 * - uniform: three, any of those before it. Chains are short here: the graph is wide, but for its first few tasks.
 * - sparse: none, one or two (one on average), any of those before it: many small trees that meet.
 * - layers: one to three of the layer before its own; a layer has as many tasks as there are layers.
 * - local: three of the twenty before it: the graph is long and narrow.
 */
const needsOf: Readonly<Record<Family, (index: number, count: number, random: Random) => number[]>> = {
  uniform: (index, _, random) => distinct(3, 0, index, random),
  sparse: (index, _, random) => distinct(Math.floor(random() * 3), 0, index, random),
  layers: (index, count, random) => {
    const width = Math.ceil(Math.sqrt(count))
    const layer = Math.floor(index / width)
    return layer === 0 ? [] : distinct(1 + Math.floor(random() * 3), (layer - 1) * width, layer * width, random)
  },
  local: (index, _, random) => distinct(3, Math.max(0, index - 20), index, random),
}

/** A random graph of no-op tasks named `t0`, `t1`, …, in a topological order. */
export function randomGraph(family: Family, count: number, random: Random): Graph {
  const handles: TaskHandle<unknown>[] = []
  for (let index = 0; index < count; index += 1) {
    const needs = needsOf[family](index, count, random).map((need) => [`t${need}`, handles[need]!] as const)
    handles.push(task({ needs: Object.fromEntries(needs) }, noop))
  }
  const graph = new Graph()
  graph.add(handles.map((handle, index) => [`t${index}`, handle]))
  return graph
}

/** Up to `count` different numbers from `from` to `to`, the latter excluded. */
function distinct(count: number, from: number, to: number, random: Random): number[] {
  const chosen = new Set<number>()
  const wanted = Math.min(count, to - from)
  while (chosen.size < wanted) chosen.add(from + Math.floor(random() * (to - from)))
  return [...chosen]
}

function noop(): void {}
