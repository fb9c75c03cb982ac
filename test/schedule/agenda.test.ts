import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Agenda, type Entry, type Place } from '../../src/schedule/agenda.ts'

class TestEntry implements Entry {
  readonly name: string
  readonly priority: number
  readonly party: object
  readonly place: Place<TestEntry>
  constructor(agenda: Agenda<TestEntry>, name: string, priority: number, party: object) {
    this.name = name
    this.priority = priority
    this.party = party
    this.place = agenda.enter(this)
  }
}

/** Serves so many, each of which stands there again at once. */
function serve(agenda: Agenda<TestEntry>, times: number): string {
  const names: string[] = []
  for (let time = 0; time < times; time += 1) {
    const { first } = agenda
    if (first === undefined) break
    names.push(first.name)
    agenda.turn(first.place)
  }
  return names.join(' ')
}

describe('an agenda', () => {
  it('serves the highest priority alone, then parties in turn, then the entries of each in turn', () => {
    const agenda = new Agenda<TestEntry>()
    const [a, b, c] = [{}, {}, {}]
    const entries = [
      new TestEntry(agenda, 'b1', 0, b),
      new TestEntry(agenda, 'b2', 0, b),
      new TestEntry(agenda, 'c1', 0, c),
      new TestEntry(agenda, 'low', -1, c),
      new TestEntry(agenda, 'a1', 5, a),
    ]
    for (const entry of entries) agenda.add(entry, entry.place)
    expect(serve(agenda, 3)).toBe('a1 a1 a1')
    agenda.drop(entries[4]!.place)
    expect(serve(agenda, 6)).toBe('b1 c1 b2 c1 b1 c1')
    for (const _ of [1, 2, 3]) agenda.drop(agenda.first!.place)
    expect(serve(agenda, 2)).toBe('low low')
    agenda.drop(entries[3]!.place)
    expect(agenda.first).toBeUndefined()
  })

  it('lets one stand that has left until it is taken out, and forgets the rest', () => {
    const agenda = new Agenda<TestEntry>()
    const party = {}
    const entry = new TestEntry(agenda, 'old', 3, party)
    agenda.add(entry, entry.place)
    agenda.leave(entry.place)
    const next = new TestEntry(agenda, 'new', 3, party)
    agenda.add(next, next.place)
    expect(agenda.first).toBe(entry)
    agenda.drop(entry.place)
    expect(agenda.first).toBe(next)
    agenda.leave(next.place)
    agenda.drop(next.place)
    expect(agenda.first).toBeUndefined()
    const other = new TestEntry(agenda, 'other', 0, party)
    agenda.add(other, other.place)
    expect(agenda.first).toBe(other)
  })

  it('agrees with a list that is searched, in whatever order entries come, are served and go', () => {
    const command = fc.record({
      action: fc.constantFrom('enter', 'add', 'add', 'serve', 'serve', 'drop', 'leave'),
      priority: fc.integer({ min: -1, max: 1 }),
      party: fc.nat(2),
      which: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 150 }), (commands) => {
        const agenda = new Agenda<TestEntry>()
        const parties = [{}, {}, {}]
        /** Entries that have a place and do not stand there, and those that stand, by priority and then by party, in turn. */
        const out: TestEntry[] = []
        const model = new Map<number, { party: object; place: Place<TestEntry>; entries: TestEntry[] }[]>()
        const firstOfModel = (): TestEntry | undefined => {
          const levels = [...model].filter(([, turns]) => turns.length > 0).sort(([one], [other]) => other - one)
          return levels[0]?.[1][0]?.entries[0]
        }
        let names = 0
        for (const { action, priority, party, which } of commands) {
          const first = firstOfModel()
          expect(agenda.first).toBe(first)
          if (action === 'enter') out.push(new TestEntry(agenda, String(names++), priority, parties[party]!))
          else if (action === 'add' || action === 'leave') {
            const [entry] = out.splice(which % Math.max(1, out.length), 1)
            if (entry === undefined) continue
            if (action === 'leave') {
              agenda.leave(entry.place)
              continue
            }
            agenda.add(entry, entry.place)
            const turns = model.get(entry.priority) ?? []
            model.set(entry.priority, turns)
            const turn = turns.find(({ place }) => place === entry.place)
            if (turn === undefined) turns.push({ party: entry.party, place: entry.place, entries: [entry] })
            else turn.entries.push(entry)
          } else if (first !== undefined) {
            const turns = model.get(first.priority)!
            const turn = turns.shift()!
            const entry = turn.entries.shift()!
            if (action === 'serve') {
              agenda.turn(first.place)
              turns.push({ ...turn, entries: [...turn.entries, entry] })
            } else {
              agenda.drop(first.place)
              out.push(entry)
              if (turn.entries.length > 0) turns.unshift(turn)
            }
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
