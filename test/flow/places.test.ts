import { describe, expect, it } from 'vitest'
import { Places } from '../../src/flow/places.ts'

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
})
