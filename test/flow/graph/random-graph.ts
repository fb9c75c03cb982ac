import fc from 'fast-check'
import type { TaskHandle } from '../../../src/core/graph.ts'
import { Graph, type GraphEntry } from '../../../src/flow/graph/graph.ts'
import { task } from '../../../src/flow/graph/task.ts'

/** Which tasks each task needs, by index; each once and never itself, but in circles as it comes. */
export const anyNeeds: fc.Arbitrary<number[][]> = fc
  .integer({ min: 1, max: 30 })
  .chain((count) =>
    fc
      .array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 4 }), { minLength: count, maxLength: count })
      .map((needs) => needs.map((some, index) => some.filter((need) => need !== index))),
  )

/** The same without circles: a hidden order decides who may need whom, so that the order of the tasks says nothing. */
export const acyclicNeeds: fc.Arbitrary<number[][]> = anyNeeds.chain((needs) =>
  fc
    .shuffledSubarray([...needs.keys()], { minLength: needs.length })
    .map((order) => needs.map((some, index) => some.filter((need) => order[need]! < order[index]!))),
)

/** Tasks `t0`, `t1`, … that name their needs. */
export function entriesByName(needs: readonly (readonly number[])[]): GraphEntry[] {
  return needs.map((some, index) => [`t${index}`, task({ needs: some.map((need) => `t${need}`) }, noop)])
}

export function graphOf(entries: Iterable<GraphEntry>): Graph {
  const graph = new Graph()
  graph.add(entries)
  return graph
}

/** A chain of handles: `last` needs the one before it, and so on. */
export function chain(length: number): TaskHandle<unknown> {
  let last: TaskHandle<unknown> = task(noop)
  for (let count = 1; count < length; count += 1) last = task({ needs: { before: last } }, noop)
  return last
}

export function noop(): void {}
