import { afterEach, describe, expect, it } from 'vitest'
import { Places } from '../../../src/flow/run/places.ts'
import { createRuntime, type Runtime, task } from '../../../src/index.ts'
import { rest } from '../../fixtures/manual-clock.ts'

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
    const aside = places.stepAside(places)
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
    const aside = places.stepAside(places)
    aside.admit()
    aside.admit()
    places.count(-1)
    expect([places.active, places.isFull]).toEqual([0, false])
  })

  it('have room for one other while one awaits several, and it is back with the last of them', async () => {
    const places = new Places(1)
    const attempt = {}
    places.count(1)
    const asides = [places.stepAside(attempt), places.stepAside(attempt)]
    places.count(1)
    expect(places.isFull).toBe(true)
    await asides[0]!.back()
    expect(places.isFull).toBe(true)
    const back = asides[1]!.back()
    places.count(-1)
    await back
    expect(places.isFull).toBe(true)
  })

  it('let one go on that awaits more before it has its place back', async () => {
    const places = new Places(1)
    const attempt = {}
    places.count(1)
    const first = places.stepAside(attempt)
    places.count(1)
    const back = first.back()
    const second = places.stepAside(attempt)
    await back
    places.count(-1)
    await second.back()
    expect(places.isFull).toBe(true)
  })

  it('go to one that wants to go on when another one steps aside', async () => {
    const places = new Places(1)
    places.count(1)
    const first = places.stepAside({})
    places.count(1)
    const back = first.back()
    places.stepAside({})
    await back
    expect(places.isFull).toBe(true)
  })
})

describe('the place of a task that stands aside', () => {
  let weft: Runtime
  afterEach(() => weft.close())

  it('goes to one that wants to go on, not only to one that begins', async () => {
    weft = await createRuntime({ lanes: { a: {}, b: {} } })
    // Both await a task that they have spawned, on lanes of their own, with one place for all four.
    const parent = (lane: string) =>
      task({ needs: [], lane }, async (_needs, context) => {
        const outcome = await context.spawn(
          `of ${lane}`,
          task(() => rest(), { lane }),
        )
        return outcome.status
      })
    const outcomes = await weft.graph({ one: parent('a'), other: parent('b') }, { concurrency: 1 })
    expect(outcomes).toMatchObject({ one: { value: 'done' }, other: { value: 'done' } })
  })
})
