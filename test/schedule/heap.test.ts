import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Heap, type HeapItem } from '../../src/schedule/heap.ts'

interface Ranked extends HeapItem {
  rank: number
  readonly came: number
}

const byRank = (one: Ranked, other: Ranked): boolean => one.rank > other.rank
const inOrder = (one: Ranked, other: Ranked): number => other.rank - one.rank || one.came - other.came

describe('a heap', () => {
  it('gives the highest rank first and equals in the order in which they came, whatever comes, goes and moves between', () => {
    const action = fc.record({
      what: fc.constantFrom('push', 'push', 'push', 'pop', 'remove', 'move'),
      rank: fc.nat(5),
      which: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const heap = new Heap<Ranked>(byRank)
        let model: Ranked[] = []
        for (const [came, { what, rank, which }] of actions.entries()) {
          const one = model[which % Math.max(1, model.length)]
          if (what === 'push') {
            const item = { rank, came, heapPlace: -1, heapTurn: 0 }
            model.push(item)
            heap.push(item)
          } else if (what === 'pop') {
            const first = model.sort(inOrder).shift()
            expect(heap.first).toBe(first)
            expect(heap.pop()).toBe(first)
          } else if (what === 'remove' && one !== undefined) {
            model = model.filter((item) => item !== one)
            heap.remove(one)
            expect(one.heapPlace).toBe(-1)
          } else if (what === 'move' && one !== undefined) {
            one.rank = rank
            heap.moved(one)
          }
          expect(heap.size).toBe(model.length)
        }
        const rest = Array.from({ length: heap.size }, () => heap.pop())
        expect(rest).toEqual(model.sort(inOrder))
        expect(heap.pop()).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})
