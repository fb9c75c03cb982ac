import { expect, test } from 'vitest'
import { inLastMoments } from '../../../models/llama/last-moments.ts'

test('many share one listener, and none is left when all are taken back', () => {
  const before = process.listeners('exit')
  const done: string[] = []
  const takeBack = ['a', 'b', 'c'].map((name) =>
    inLastMoments({ begin: () => done.push(`begin ${name}`), finish: () => done.push(`finish ${name}`) }),
  )
  const added = process.listeners('exit').filter((listener) => !before.includes(listener))
  expect(added).toHaveLength(1)
  takeBack[1]!()
  takeBack[1]!()
  added[0]!(0)
  expect(done).toEqual(['begin a', 'begin c', 'finish a', 'finish c'])
  takeBack[0]!()
  takeBack[2]!()
  expect(process.listeners('exit')).toEqual(before)
})
