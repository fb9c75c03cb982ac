import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Flights } from '../../src/schedule/flights.ts'
import { rest } from '../fixtures/manual-clock.ts'

interface Passenger {
  readonly name: string
}

describe('flights', () => {
  it('let the first lead and the others follow, and give them back in order', () => {
    const flights = new Flights<Passenger>()
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => ({ name })) as [Passenger, Passenger, Passenger, Passenger]
    expect([a, b, c, d].map((task) => flights.board('read', 'k', task))).toEqual([
      'leads',
      'follows',
      'follows',
      'follows',
    ])
    flights.leave('read', 'k', c)
    expect(flights.land('read', 'k', a)).toEqual([b, d])
    expect(flights.land('read', 'k', a)).toEqual([])
    expect(flights.board('read', 'k', d)).toBe('leads')
  })

  it('keep kinds apart, whether they are names or functions', () => {
    const flights = new Flights<Passenger>()
    const kinds = ['read', 'write', () => 1, () => 1]
    expect(kinds.map((kind) => flights.board(kind, 'k', { name: 'first' }))).toEqual(Array(4).fill('leads'))
    expect(kinds.map((kind) => flights.board(kind, 'k', { name: 'second' }))).toEqual(Array(4).fill('follows'))
    expect(kinds.map((kind) => flights.board(kind, 'other', { name: 'third' }))).toEqual(Array(4).fill('leads'))
  })

  it('end for nobody but their leader', () => {
    const flights = new Flights<Passenger>()
    const [leader, follower] = [{ name: 'leader' }, { name: 'follower' }]
    flights.board('read', 'k', leader)
    flights.board('read', 'k', follower)
    expect(flights.land('read', 'k', follower)).toEqual([])
    expect(flights.land('read', 'k', leader)).toEqual([follower])
  })

  it('lose nobody and keep nobody, in whatever order tasks come and go', () => {
    const command = fc.record({
      action: fc.constantFrom('board', 'board', 'land', 'leave'),
      kind: fc.constantFrom('read', 'write', JSON.stringify),
      key: fc.constantFrom('a', 'b'),
      which: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 100 }), (commands) => {
        const flights = new Flights<Passenger>()
        /** What there should be: for each kind and key, the leader and then its followers. */
        const model = new Map<unknown, Map<string, Passenger[]>>()
        for (const { action, kind, key, which } of commands) {
          const keys = model.get(kind) ?? new Map<string, Passenger[]>()
          model.set(kind, keys)
          const [leader, ...followers] = keys.get(key) ?? []
          if (action === 'board') {
            const task = { name: `${which}` }
            expect(flights.board(kind, key, task)).toBe(leader === undefined ? 'leads' : 'follows')
            keys.set(key, [...(leader === undefined ? [] : [leader]), ...followers, task])
          } else if (leader !== undefined && action === 'land') {
            const landed = flights.land(kind, key, leader)
            expect(landed.length).toBe(followers.length)
            for (const [index, task] of landed.entries()) expect(task).toBe(followers[index])
            keys.delete(key)
          } else if (leader !== undefined && followers.length > 0) {
            const task = followers[which % followers.length]!
            flights.leave(kind, key, task)
            keys.set(key, [leader, ...followers.filter((other) => other !== task)])
          }
          expect(flights.size).toBe([...model.values()].reduce((sum, { size }) => sum + size, 0))
        }
      }),
    )
  })

  it('hold nothing once they have landed, and a function not even before', async () => {
    const flights = new Flights<Passenger>()
    const kept = [forgotten(flights, true), forgotten(flights, false)]
    const collect = garbageCollector()
    // A weak reference holds its target until the turn is over.
    await rest()
    collect()
    expect(kept.map(({ task }) => task.deref())).toEqual([undefined, undefined])
    expect(kept.map(({ kind }) => kind.deref())).toEqual([undefined, undefined])
    expect(flights.board('read', 'landed', { name: 'new' })).toBe('leads')
  })
})

/** A flight of a function that nobody holds any more. */
function forgotten(
  flights: Flights<Passenger>,
  landed: boolean,
): { readonly task: WeakRef<Passenger>; readonly kind: WeakRef<() => number> } {
  const kind = (): number => kept.length
  const kept: unknown[] = []
  const task = { name: 'leader', runs: kind }
  flights.board(kind, 'k', task)
  flights.board('read', 'landed', task)
  flights.land('read', 'landed', task)
  if (landed) flights.land(kind, 'k', task)
  return { task: new WeakRef(task), kind: new WeakRef(kind) }
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
