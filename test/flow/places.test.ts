import { describe, expect, it } from 'vitest'
import { Places } from '../../src/flow/places.ts'
import { createRuntime, task } from '../../src/index.ts'
import { rest } from '../fixtures/manual-clock.ts'

describe('the places of a run', () => {
  it('are full when as many are on as may be', () => {
    const places = new Places(2)
    places.count(1)
    expect(places.isFull).toBe(false)
    places.count(1)
    expect(places.isFull).toBe(true)
    places.count(-1)
    expect(places.isFull).toBe(false)
  })

  it('have room for another while one stands aside, which is back before any that would begin', async () => {
    const places = new Places(1)
    places.count(1)
    const aside = places.stepAside()
    expect(places.isFull).toBe(false)
    places.count(1)
    let isBack = false
    const back = aside.back().then(() => {
      isBack = true
    })
    await Promise.resolve()
    expect([isBack, places.isFull]).toEqual([false, true])
    places.count(-1)
    await back
    expect(places.isFull).toBe(true)
  })

  it('count one that ends while it stands aside once', () => {
    const places = new Places(1)
    places.count(1)
    const aside = places.stepAside()
    aside.admit()
    aside.admit()
    places.count(-1)
    expect([places.active, places.isFull]).toEqual([0, false])
  })

  it('go, when one stands aside, to one that wants to go on', async () => {
    await using weft = await createRuntime({ lanes: { a: {}, b: {} } })
    // Both await a task that they have spawned, on lanes of their own, with one place for all four.
    const parent = (lane: string) =>
      task({ needs: [], lane }, async (_needs, context) => {
        const spawned = context.spawn(
          `of ${lane}`,
          task(() => rest(), { lane }),
        )
        return (await spawned).status
      })
    const outcomes = await weft.graph({ one: parent('a'), other: parent('b') }, { concurrency: 1 })
    expect(outcomes).toMatchObject({ one: { value: 'done' }, other: { value: 'done' } })
  })
})
