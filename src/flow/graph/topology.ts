import { cycle } from './faults.ts'

interface Linked {
  readonly name: string
  readonly index: number
  readonly needs: readonly { readonly node: Linked }[]
  readonly dependants: readonly Linked[]
}

/**
 * Nodes in an order in which each stands behind all it needs, otherwise as they were (A. B. Kahn, "Topological sorting of large networks",
 * 1962). What they need of nodes with an index below `first` counts as met.
 *
 * @param nodes their indexes are `first`, `first` + 1, …, and those of all their dependants are among them
 * @throws Failure `GRAPH_CYCLE`
 */
export function inTopologicalOrder<N extends Linked>(nodes: readonly N[], first: number): N[] {
  const unmet = new Int32Array(nodes.length)
  for (const { index, needs } of nodes)
    for (const { node } of needs) if (node.index >= first) unmet[index - first]! += 1
  const ordered = nodes.filter(({ index }) => unmet[index - first] === 0)
  for (const { dependants } of ordered) {
    for (const { index } of dependants) {
      unmet[index - first]! -= 1
      if (unmet[index - first] === 0) ordered.push(nodes[index - first]!)
    }
  }
  if (ordered.length < nodes.length) throw cycle(findCycle(nodes.filter(({ index }) => unmet[index - first]! > 0)))
  return ordered
}

/** Each of the nodes that are left needs another one of them, so following needs comes back to where it was before. */
function findCycle(left: readonly Linked[]): string[] {
  const among = new Set(left)
  const seen = new Map<Linked, number>()
  const path: string[] = []
  let node = left[0]!
  while (!seen.has(node)) {
    seen.set(node, path.length)
    path.push(node.name)
    node = node.needs.find((need) => among.has(need.node))!.node
  }
  return path.slice(seen.get(node)!)
}
