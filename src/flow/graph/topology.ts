import { cycle } from './faults.ts'

interface Needing {
  readonly name: string
  readonly needs: readonly { readonly node: Needing }[]
}

/**
 * Nodes in an order in which each stands behind all it needs, otherwise as they were (A. B. Kahn, "Topological sorting of large networks",
 * 1962). Needs outside of these nodes count as met.
 *
 * @throws Failure `GRAPH_CYCLE`
 */
export function inTopologicalOrder<N extends Needing>(nodes: readonly N[]): N[] {
  const places = new Map<Needing, number>(nodes.map((node, place) => [node, place]))
  const unmet = new Int32Array(nodes.length)
  const dependants: number[][] = nodes.map(() => [])
  for (const [place, { needs }] of nodes.entries()) {
    for (const { node } of needs) {
      const needed = places.get(node)
      if (needed === undefined) continue
      unmet[place]! += 1
      dependants[needed]!.push(place)
    }
  }
  const ordered: number[] = []
  for (let place = 0; place < nodes.length; place += 1) if (unmet[place] === 0) ordered.push(place)
  for (const place of ordered) {
    for (const dependant of dependants[place]!) {
      unmet[dependant]! -= 1
      if (unmet[dependant] === 0) ordered.push(dependant)
    }
  }
  if (ordered.length < nodes.length) throw cycle(findCycle(nodes.filter((_, place) => unmet[place]! > 0)))
  return ordered.map((place) => nodes[place]!)
}

/** Each of the nodes that are left needs another one of them, so following needs comes back to where it was before. */
function findCycle(left: readonly Needing[]): string[] {
  const among = new Set(left)
  const seen = new Map<Needing, number>()
  const path: string[] = []
  let node = left[0]!
  while (!seen.has(node)) {
    seen.set(node, path.length)
    path.push(node.name)
    node = node.needs.find((need) => among.has(need.node))!.node
  }
  return path.slice(seen.get(node)!)
}
