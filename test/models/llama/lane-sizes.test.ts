import { expect, test } from 'vitest'
import { LaneSizes, laneSizesOf } from '../../../models/llama/lane-sizes.ts'
import type { ResourceServices } from '../../../src/index.ts'

function lanes(capacity: number) {
  const lane = {
    capacity,
    sharesCores: true,
    resize(next: number) {
      lane.capacity = next
    },
  }
  const services = { lane: () => lane } as unknown as ResourceServices
  return { lane, services, sizes: new LaneSizes(services) }
}

const onCores = (contexts: number) => ({ contexts, onGpu: false })
const onGpu = (contexts: number) => ({ contexts, onGpu: true })

test('a lane takes as many calls as its models have contexts, up to what it was given', () => {
  const { lane, sizes } = lanes(2)
  sizes.fit('local', 'a', onCores(1))
  expect(lane.capacity).toBe(1)
  sizes.fit('local', 'a', onCores(1))
  expect(lane.capacity).toBe(1)
  sizes.fit('local', 'b', onCores(1))
  expect(lane.capacity).toBe(2)
  sizes.fit('local', 'c', onCores(1))
  expect(lane.capacity).toBe(2)
  expect(sizes.given('local')).toBe(2)
})

test('and more where one of them has more', () => {
  const { lane, sizes } = lanes(2)
  sizes.fit('local', 'a', onCores(8))
  sizes.fit('local', 'b', onCores(1))
  expect(lane.capacity).toBe(8)
})

test('it leaves the cores to others while all of its models compute on a GPU', () => {
  const { lane, sizes } = lanes(2)
  sizes.fit('local', 'a', onGpu(8))
  expect(lane).toMatchObject({ capacity: 8, sharesCores: false })
  sizes.fit('local', 'b', onCores(1))
  expect(lane).toMatchObject({ capacity: 8, sharesCores: true })
})

test('all hosts of a runtime share them', () => {
  const { services } = lanes(2)
  expect(laneSizesOf(services)).toBe(laneSizesOf(services))
  expect(laneSizesOf(services)).not.toBe(laneSizesOf(lanes(2).services))
})
