import { expect, it } from 'vitest'
import { coresOf } from '../../src/observe/usable-cores.ts'

it.each([
  [8, null, 8],
  [8, 2, 2],
  [8, 2.9, 2],
  [8, 0.5, 1],
  [2, 16, 2],
])('%i available with a quota of %s are %i', (available, quota, cores) => {
  expect(coresOf(available, quota)).toBe(cores)
})
