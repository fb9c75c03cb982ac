import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../src/flow/graph/graph.ts'
import { readGraph } from '../../../src/flow/graph/read.ts'
import { optional, task } from '../../../src/flow/graph/task.ts'
import { acyclicNeeds, anyNeeds, chain, entriesByName, graphOf, noop } from './random-graph.ts'
import { thrownBy } from './thrown.ts'

const a = task(noop)
const b = task({ needs: { a } }, noop)

describe('a graph', () => {
  it('knows who needs whom, under which key', () => {
    const c = task({ needs: { first: a, second: optional(b) } }, noop)
    const { nodes } = readGraph({ a, b, c })
    expect(nodes.map(({ index, name }) => [index, name])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ])
    expect(nodes[2]!.needs).toEqual([
      { node: nodes[0], as: 'first', optional: false },
      { node: nodes[1], as: 'second', optional: true },
    ])
    expect(nodes[0]!.dependants).toEqual([nodes[1], nodes[2]])
  })

  it('is read from a record, a Map and any iterable of entries', () => {
    const names = (input: Parameters<typeof readGraph>[0]): string[] => readGraph(input).nodes.map(({ name }) => name)
    const entries = [
      ['b', b],
      ['a', a],
    ] as const
    expect(names({ b, a })).toEqual(['b', 'a'])
    expect(names(new Map(entries))).toEqual(['b', 'a'])
    expect(names(entries.values())).toEqual(['b', 'a'])
    expect(names([])).toEqual([])
  })

  it('pulls in what nobody named, under a name of its own', () => {
    const c = task({ needs: { a: task(noop), x: task({ needs: { a: task(noop) } }, noop) } }, noop)
    const graph = readGraph({ c, a, 'a-2': task(noop) })
    expect(graph.nodes.map(({ name }) => name)).toEqual(['c', 'a', 'a-2', 'a-3', 'x', 'a-4'])
    expect(graph.get('a')!.dependants).toEqual([])
  })

  it('finds by name what was pulled in by handle', () => {
    const graph = readGraph({ b, c: task({ needs: ['a'] }, noop) })
    expect(graph.get('c')!.needs[0]!.node.handle).toBe(a)
  })

  it.each([
    [
      [
        ['a', a],
        ['a', b],
      ],
      'DUPLICATE_NAME',
      'two tasks named a',
    ],
    [
      [
        ['a', a],
        ['x', a],
      ],
      'DUPLICATE_HANDLE',
      'a and x are the same task',
    ],
    [
      { report: a, b: task({ needs: ['reprt'] }, noop) },
      'UNKNOWN_NEED',
      'task b needs reprt, which is not in the graph, did you mean report? (known: report, b)',
    ],
    [{ b: task({ needs: ['b'] }, noop) }, 'SELF_NEED', 'task b needs itself'],
    [{ a, c: task({ needs: ['a', 'a'] }, noop) }, 'DUPLICATE_NEED', 'task c needs a twice: '],
    [
      { a, c: task({ needs: { left: a, right: optional(a) } }, noop) },
      'DUPLICATE_NEED',
      'task c needs a twice (as left and as right)',
    ],
    [
      { a: task({ needs: ['c'] }, noop), b: task({ needs: ['a'] }, noop), c: task({ needs: ['b'] }, noop) },
      'GRAPH_CYCLE',
      'a -> c -> b -> a',
    ],
    [{ a: noop }, 'INVALID_INPUT', 'expected a to be a task handle, got function'],
    [{ a: null }, 'INVALID_INPUT', 'expected a to be a task handle, got null'],
    [[['a']], 'INVALID_INPUT', 'expected entry 0 to be [name, handle]'],
    [a, 'INVALID_INPUT', 'expected { name: handle } or an iterable of [name, handle]'],
    ['a', 'INVALID_INPUT', 'got string'],
    [undefined, 'INVALID_INPUT', 'got undefined'],
  ])('refuses %# with %s', (input, code, message) => {
    const failure = thrownBy(() => readGraph(input as never))
    expect(failure.code).toBe(code)
    expect(failure.message).toContain(message)
  })

  it('says when the source of its tasks breaks', () => {
    const broken = (function* () {
      yield ['a', a] as const
      throw new Error('no more')
    })()
    expect(thrownBy(() => readGraph(broken))).toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('stands in an order in which everything comes behind what it needs, or names a circle that is there', () => {
    let circles = 0
    fc.assert(
      fc.property(anyNeeds, (needs) => {
        try {
          const { nodes } = graphOf(entriesByName(needs))
          expect(nodes.map(({ position }) => position).sort((one, other) => one - other)).toEqual([...needs.keys()])
          for (const node of nodes) {
            expect(node.needs.map((need) => need.node.index)).toEqual(needs[node.index])
            for (const { node: need } of node.needs) expect(need.position).toBeLessThan(node.position)
          }
        } catch (thrown) {
          const { code, details } = thrown as { code: string; details: { cycle: string } }
          expect(code).toBe('GRAPH_CYCLE')
          circles += 1
          const path = details.cycle.split(' -> ').map((name) => Number(name.slice(1)))
          expect(path.length).toBeGreaterThan(2)
          expect(path.at(-1)).toBe(path[0])
          expect(new Set(path).size).toBe(path.length - 1)
          for (let step = 1; step < path.length; step += 1) expect(needs[path[step - 1]!]).toContain(path[step])
        }
      }),
      { numRuns: 500 },
    )
    expect(circles).toBeGreaterThan(50)
  })

  it('is the same whether it is read at once or added to, as long as needs come first', () => {
    fc.assert(
      fc.property(acyclicNeeds, fc.nat(29), (needs, cut) => {
        const entries = entriesByName(needs)
        const whole = graphOf(entries)
        const ordered = whole.nodes.toSorted((one, other) => one.position - other.position)
        const inOrder = ordered.map(({ name, handle }) => [name, handle] as const)
        const grown = graphOf(inOrder.slice(0, cut))
        for (const entry of inOrder.slice(cut)) expect(grown.add([entry])).toHaveLength(1)
        const links = (graph: Graph): string[] =>
          graph.nodes.flatMap((node) => node.dependants.map((other) => `${node.name} before ${other.name}`)).sort()
        expect(links(grown)).toEqual(links(whole))
        for (const node of grown.nodes)
          for (const need of node.needs) expect(need.node.position).toBeLessThan(node.position)
      }),
    )
  })
})

describe('a graph that grows', () => {
  it('returns what was added, needs first, and links it to what was there', () => {
    const graph = readGraph({ a })
    const added = graph.add([['c', task({ needs: { a, helper: task(noop) } }, noop)]])
    expect(added.map(({ name }) => name)).toEqual(['helper', 'c'])
    expect(graph.get('a')!.dependants.map(({ name }) => name)).toEqual(['c'])
    expect(graph.nodes.map(({ index }) => index)).toEqual([0, 1, 2])
  })

  it('stays as it was when an addition is refused', () => {
    const graph = readGraph({ a })
    const unknown = task({ needs: ['a', 'nowhere'] }, noop)
    expect(thrownBy(() => graph.add([['c', task({ needs: { unknown } }, noop)]]))).toMatchObject({
      code: 'UNKNOWN_NEED',
    })
    expect(
      thrownBy(() => graph.add([['c', task({ needs: { c: task({ needs: ['c'] }, noop) } }, noop)]])),
    ).toMatchObject({
      code: 'GRAPH_CYCLE',
    })
    expect(graph.nodes.map(({ name }) => name)).toEqual(['a'])
    expect(graph.get('a')!.dependants).toEqual([])
    expect(graph.get('c')).toBeUndefined()
    expect(graph.add([['unknown', task({ needs: ['a'] }, noop)]])).toHaveLength(1)
  })

  it.each([
    ['DUPLICATE_NAME', 'a', task(noop)],
    ['DUPLICATE_HANDLE', 'c', a],
    ['SELF_NEED', 'c', task({ needs: ['c'] }, noop)],
    ['INVALID_INPUT', 'c', {}],
  ])('refuses %s', (code, name, handle) => {
    const graph = readGraph({ a })
    expect(thrownBy(() => graph.add([[name, handle as never]]))).toMatchObject({ code })
  })
})

describe('a large graph', () => {
  const size = 100_000

  it('may be a single chain, given or pulled in', () => {
    const { nodes } = readGraph({ last: chain(size) })
    expect(nodes).toHaveLength(size)
    expect(nodes.at(-1)).toMatchObject({ name: `before-${size - 1}`, position: 0 })
    const named = Array.from({ length: size }, (_, index) => [index === 0 ? [] : [index - 1]]).flat()
    expect(readGraph(entriesByName(named)).nodes).toHaveLength(size)
  })

  it('may have one task that needs all others', () => {
    const needs = Array.from({ length: size }, (_, index) => (index < size - 1 ? [] : [...Array(size - 1).keys()]))
    expect(readGraph(entriesByName(needs)).nodes.at(-1)!.needs).toHaveLength(size - 1)
  })

  it('names a circle of all its tasks, in part in the message and whole in the details', () => {
    const needs = Array.from({ length: size }, (_, index) => [(index + 1) % size])
    const { message, details } = thrownBy(() => readGraph(entriesByName(needs)))
    expect(message.length).toBeLessThan(1_000)
    expect(String(details!.cycle).split(' -> ')).toHaveLength(size + 1)
  })
})
