import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fifo } from '../../src/schedule/fifo.ts'

describe('a fifo', () => {
  it('does what an array does', () => {
    const command = fc.constantFrom('push', 'push', 'shift')
    fc.assert(
      fc.property(fc.array(command, { maxLength: 400 }), (commands) => {
        const fifo = new Fifo<number>()
        const model: number[] = []
        commands.forEach((name, item) => {
          if (name === 'shift') expect(fifo.shift()).toBe(model.shift())
          else {
            fifo.push(item)
            model.push(item)
          }
          expect(fifo.size).toBe(model.length)
        })
      }),
    )
  })
})
