import { Fifo } from './fifo.ts'

/** Something that can stand in an agenda: at its priority, for its party. Both belong to it for good. */
export interface Entry {
  readonly priority: number
  /** Whose turn it is when it is served. */
  readonly party: object
}

/**
 * Who is served next: the highest priority first; of equal ones each party in turn, and of each party its entries in turn.
 *
 *     priority 5   party A [ a1 ]
 *     priority 0   party B [ b1 b2 ] → party C [ c1 ]        served: a1 while it is there, then b1, c1, b2, c1, b1, …
 *
 * An entry takes its place once (`enter`) and then stands there or not. Only the first can be taken out or moved, which is all that
 * serving needs. So none of this searches, and none allocates.
 */
export class Agenda<E extends Entry> {
  /** The highest priority first. Those that somebody has a place at. */
  readonly #levels: Level<E>[] = []

  enter(entry: E): Place<E> {
    const level = this.#level(entry.priority)
    let place = level.places.get(entry.party)
    if (place === undefined) {
      place = { level, party: entry.party, entries: new Fifo(), members: 0 }
      level.places.set(entry.party, place)
    }
    place.members += 1
    return place
  }

  /** The entry does not come back. It may still stand there. */
  leave(place: Place<E>): void {
    const { level, party } = place
    place.members -= 1
    if (place.members > 0) return
    level.places.delete(party)
    if (level.places.size === 0 && level.turns.size === 0) this.#forget(level)
  }

  /** Puts an entry that does not stand there yet at the end of its party. */
  add(entry: E, place: Place<E>): void {
    place.entries.push(entry)
    if (place.entries.size === 1) place.level.turns.push(place)
  }

  get first(): E | undefined {
    for (const { turns } of this.#levels) if (turns.size > 0) return turns.first!.entries.first
    return undefined
  }

  /** Takes the first entry of a place out that comes first at its level. */
  drop({ entries, level }: Place<E>): void {
    entries.shift()
    if (entries.size > 0) return
    level.turns.shift()
    if (level.places.size === 0 && level.turns.size === 0) this.#forget(level)
  }

  /** The first entry of a place that comes first at its level was served: others of the same priority come before it. */
  turn({ entries, level: { turns } }: Place<E>): void {
    if (entries.size > 1) entries.push(entries.shift()!)
    if (turns.size > 1) turns.push(turns.shift()!)
  }

  #forget(level: Level<E>): void {
    this.#levels.splice(this.#levels.indexOf(level), 1)
  }

  #level(priority: number): Level<E> {
    const levels = this.#levels
    let at = 0
    while (at < levels.length && levels[at]!.priority > priority) at += 1
    const there = levels[at]
    if (there?.priority === priority) return there
    const level: Level<E> = { priority, turns: new Fifo(), places: new Map() }
    levels.splice(at, 0, level)
    return level
  }
}

interface Level<E> {
  readonly priority: number
  /** Places where somebody stands, in the order in which they are served. */
  readonly turns: Fifo<Place<E>>
  readonly places: Map<object, Place<E>>
}

/** What one party has at one priority. */
export interface Place<E> {
  readonly level: Level<E>
  readonly party: object
  readonly entries: Fifo<E>
  /** Entries that may stand there. */
  members: number
}
