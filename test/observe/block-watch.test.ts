import { describe, expect, it } from 'vitest'
import { BlockWatch } from '../../src/observe/block-watch.ts'
import { Figures } from '../../src/observe/figures.ts'

const named = (name: string): { id: string; name: string } => ({ id: `r1/${name}`, name })
const [a, b, c] = [named('a'), named('b'), named('c')]

describe('a watch for tasks that block', () => {
  it('times every start but a single one after an end, and names exactly who was timed', () => {
    const figures = new Figures('io')
    const watch = new BlockWatch(figures)
    expect(watch.returned(a, false)).toBe(true)
    watch.timed(a, 60)
    expect(figures.blocking).toEqual([{ id: 'r1/a', name: 'a', ms: 60, exact: true }])
  })

  it('names both the start that nobody timed and what ended next, and then looks closely', () => {
    const figures = new Figures('io')
    const watch = new BlockWatch(figures)
    watch.ended(a, 1)
    expect(watch.returned(b, true)).toBe(true)
    watch.timed(b, 1)
    expect(watch.returned(b, false)).toBe(false)
    expect(watch.returned(b, false)).toBe(true)
    watch.ended(c, 70)
    expect(figures.blocking.map(({ name, exact }) => [name, exact])).toEqual([
      ['c', false],
      ['b', false],
    ])
    for (let start = 0; start < 1_000; start += 1) {
      expect(watch.returned(a, false)).toBe(true)
      watch.timed(a, 1)
      watch.ended(a, 1)
    }
    expect(watch.returned(a, false)).toBe(false)
    watch.ended(a, 80)
    expect(figures.blocking).toHaveLength(3)
  })

  it('names nobody for less than it takes to notice', () => {
    const figures = new Figures('io')
    const watch = new BlockWatch(figures)
    watch.timed(a, 50)
    watch.ended(a, 50)
    expect(figures.blocking).toEqual([])
  })
})
