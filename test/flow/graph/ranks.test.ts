import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GraphNode } from '../../../src/flow/graph/graph.ts'
import { Ranks } from '../../../src/flow/graph/ranks.ts'
import { readGraph } from '../../../src/flow/graph/read.ts'
import { task } from '../../../src/flow/graph/task.ts'
import { acyclicNeeds, chain, entriesByName, graphOf, noop } from './random-graph.ts'

const expectedMs = ({ index }: GraphNode): number => 1 + ((index * 7) % 5)

describe('ranks', () => {
  it('are the longest way to the end, for a graph that is there and for one that grows', () => {
    fc.assert(
      fc.property(acyclicNeeds, fc.nat(29), (needs, cut) => {
        const graph = graphOf(entriesByName(needs))
        const inOrder = graph.nodes.toSorted((one, other) => one.position - other.position)
        const durations = new Map(inOrder.map((node) => [node.name, expectedMs(node)]))
        const longest = (node: GraphNode): number =>
          durations.get(node.name)! + Math.max(0, ...node.dependants.map(longest))
        const grown = graphOf([])
        const ranks = new Ranks((node) => durations.get(node.name)!)
        const entries = inOrder.map(({ name, handle }) => [name, handle] as const)
        expect(ranks.add(grown.add(entries.slice(0, cut)))).toEqual([])
        for (const entry of entries.slice(cut)) {
          const before = grown.nodes.map((node) => ranks.of(node))
          const risen = ranks.add(grown.add([entry]))
          const changed = grown.nodes
            .filter(({ index }) => index in before)
            .filter((node) => ranks.of(node) !== before[node.index])
          expect(new Set(risen)).toEqual(new Set(changed))
          expect(risen.length).toBe(changed.length)
          for (const node of grown.nodes) expect(ranks.of(node)).toBe(longest(node))
        }
      }),
    )
  })

  it('of what has begun, and of what that needed, do not rise', () => {
    const graph = readGraph([
      ['a', task(noop)],
      ['b', task({ needs: ['a'] }, noop)],
      ['c', task(noop)],
    ])
    const ranks = new Ranks(() => 10)
    ranks.add(graph.nodes)
    const added = graph.add([['d', task({ needs: ['b', 'c'] }, noop)]])
    const risen = ranks.add(added, ({ name }) => name === 'c' || name === 'd')
    expect(risen.map(({ name }) => name)).toEqual(['c'])
    expect(graph.nodes.map((node) => ranks.of(node))).toEqual([20, 10, 20, 10])
  })

  it('reach back through a chain of 100,000, at once or when it grows at its end', () => {
    const graph = readGraph({ last: chain(100_000) })
    const ranks = new Ranks(() => 1)
    const inOrder = graph.nodes.toReversed()
    ranks.add(inOrder)
    expect(ranks.of(inOrder[0]!)).toBe(100_000)
    const risen = ranks.add(graph.add([['more', task({ needs: ['last'] }, noop)]]))
    expect(risen).toHaveLength(100_000)
    expect(ranks.of(inOrder[0]!)).toBe(100_001)
  })
})
