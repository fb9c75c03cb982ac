import { describe, expect, test } from 'vitest'
import { Seats } from '../../../workers/llama/seats.ts'
import { gate } from '../../fixtures/gate.ts'

const { signal } = new AbortController()

describe('seats', () => {
  test('serve each caller alone, in the order in which they came', async () => {
    const seats = new Seats(['a', 'b'])
    const gates = [gate(), gate(), gate(), gate()]
    const log: string[] = []
    const done = gates.map(({ opened }, index) =>
      seats.use(signal, async (seat) => {
        log.push(`${index} on ${seat}`)
        await opened
      }),
    )
    gates[1]!.open()
    await done[1]
    gates[2]!.open()
    await done[2]
    for (const { open } of gates) open()
    await Promise.all(done)
    const first = log[0]!.at(-1)
    const second = first === 'a' ? 'b' : 'a'
    expect(log).toEqual([`0 on ${first}`, `1 on ${second}`, `2 on ${second}`, `3 on ${second}`])
  })

  test('are given back by who fails', async () => {
    const seats = new Seats(['a'])
    const failing = seats.use(signal, async () => {
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    await expect(seats.use(signal, async (seat) => seat)).resolves.toBe('a')
  })

  test('are not given to who has left', async () => {
    const seats = new Seats(['a'])
    const held = gate()
    const holding = seats.use(signal, () => held.opened)
    const leaver = new AbortController()
    const leaving = seats.use(leaver.signal, async () => 'taken')
    const next = seats.use(signal, async (seat) => seat)
    leaver.abort(new Error('gone'))
    await expect(leaving).rejects.toThrow('gone')
    held.open()
    await holding
    await expect(next).resolves.toBe('a')
    await expect(seats.use(leaver.signal, async () => 'taken')).rejects.toThrow('gone')
  })
})
