import { Failure } from '../../core/failure.ts'
import { advance, checkedList, childrenOf, pass } from '../durable/item/advance.ts'
import { contentKey, jsonOf } from '../durable/item/content-key.ts'
import { Entry } from '../durable/item/entry.ts'
import { comparePaths, pathOf } from '../durable/item/numbers.ts'
import type { Shape } from '../durable/item/shape.ts'
import type { Past } from '../durable/recall/past.ts'
import type { Selection, SelectStep, Step } from '../steps/step.ts'
import { isAgain } from './open-items.ts'
import type { RecordedWork } from './recorded-work.ts'

/** Items whose work is looked up at the same time. */
const batchSize = 256

export interface LeftWalkParts {
  readonly shape: Shape
  readonly work: RecordedWork
  readonly past: Past | undefined
  readonly isRewriting: boolean
}

/** Takes items along their steps as far as ends are recorded, as a run would, and runs and writes nothing. */
export class LeftWalk {
  /** By step: how much work of these items has its end recorded. What is settled is counted elsewhere. */
  readonly recorded: number[]
  /** By step: how much work of these items was begun and has no end, and waits for who decides what becomes of it. */
  readonly begun: number[]
  /** Items for which the step at which they stand has to run. */
  readonly open: Entry[] = []
  /** Items that came up to a barrier behind which nobody can see. */
  readonly waiting: Entry[] = []
  readonly #parts: LeftWalkParts
  #standing: Entry[] = []

  constructor(parts: LeftWalkParts) {
    this.#parts = parts
    this.recorded = parts.shape.steps.map(() => 0)
    this.begun = parts.shape.steps.map(() => 0)
  }

  /** @param isAll there are no other items: then it is known what a barrier is given */
  async go(entries: readonly Entry[], isAll: boolean): Promise<void> {
    for (let at = 0; at < entries.length; at += batchSize) await this.#walk(entries.slice(at, at + batchSize))
    while (this.#standing.length > 0) {
      const at = Math.min(...this.#standing.map((entry) => entry.at))
      const members = this.#standing.filter((entry) => entry.at === at).sort(byPlace)
      this.#standing = this.#standing.filter((entry) => entry.at !== at)
      if (!isAll || this.open.length > 0 || this.waiting.length > 0) this.waiting.push(...members)
      else await this.#through(this.#parts.shape.steps[at]!, members)
    }
  }

  async #walk(entries: readonly Entry[]): Promise<void> {
    await this.#recall(entries)
    await Promise.all(entries.map((entry) => this.#along(entry)))
    const { shape } = this.#parts
    for (const entry of entries) {
      if (!entry.made?.length) continue
      const children: Entry[] = []
      for (const child of childrenOf(shape, entry)) if (await this.#isWanted(child)) children.push(child)
      await this.#walk(children)
    }
  }

  /** What the run itself has of these very items. */
  async #recall(entries: readonly Entry[]): Promise<void> {
    const { past } = this.#parts
    const [first] = entries
    if (past === undefined || first === undefined) return
    const rows = await past.recall(
      first.level,
      entries.map(({ number }) => number),
    )
    for (const entry of entries) entry.rows = rows.get(entry.number)
  }

  /** Up to the first step that has to run, the next barrier, its end, or that of its level. */
  async #along(entry: Entry): Promise<void> {
    const { steps } = this.#parts.shape
    try {
      while (entry.ending === undefined && entry.at <= entry.level.to) {
        const step = steps[entry.at]!
        if (step.kind === 'select' || step.kind === 'collect') {
          this.#standing.push(entry)
          return
        }
        if (step.kind === 'filter') {
          if (step.keep(entry.view) !== true) return
          pass(entry)
        } else if (!(await this.#take(entry, step))) return
      }
    } catch (thrown) {
      // It fails without anything having run.
      entry.ending = { status: 'failed', failure: Failure.from(thrown) }
    }
  }

  /** Whether it has done with the step. */
  async #take(entry: Entry, step: Exclude<Step, { kind: 'select' | 'collect' | 'filter' }>): Promise<boolean> {
    const { shape, work } = this.#parts
    const found = await work.find(step, entry)
    if (found === undefined) {
      if (entry.settledAs === undefined) this.open.push(entry)
      return false
    }
    if (found === 'begun') {
      this.begun[entry.at]! += 1
      return false
    }
    this.#count(entry)
    if (found === 'failed') return false
    const value: unknown = JSON.parse(found.json)
    advance(shape, entry, step.kind === 'expand' ? checkedList(value, step.name) : value)
    return true
  }

  async #through(step: Step, members: readonly Entry[]): Promise<void> {
    if (step.kind === 'select') return await this.#select(step, members)
    const level = this.#parts.shape.levels.find(({ from }) => from === members[0]!.at + 1)!
    const whole = new Entry(level, 0, { offset: 0, line: 0, input: { items: members.length } })
    whole.items = members.map(({ view }) => view)
    whole.last = undefined
    const row = this.#parts.past?.settledBehind(level, 0)
    if (row !== undefined) whole.settledAs = row
    await this.#walk([whole])
  }

  async #select(step: SelectStep, members: readonly Entry[]): Promise<void> {
    const { shape, work } = this.#parts
    const ready: Entry[] = []
    const keys: string[] = []
    for (const member of members) {
      try {
        keys.push(contentKey('', jsonOf(step.prepare(member.view))))
        ready.push(member)
      } catch {
        // It fails by itself.
      }
    }
    const found = await work.findKey(contentKey(step.version, keys.join()))
    if (typeof found !== 'object') {
      this.waiting.push(...ready)
      return
    }
    this.recorded[members[0]!.at]! += 1
    const { kept, values } = JSON.parse(found.json) as Selection
    const going = kept.map((position) => ready[position]!)
    for (const [at, member] of going.entries()) {
      const value = values?.[kept[at]!]
      if (value === undefined) pass(member)
      else advance(shape, member, value)
    }
    await this.#walk(going)
  }

  #count({ at, settledAs }: Entry): void {
    if (settledAs === undefined) this.recorded[at]! += 1
  }

  /** Whether what was made of an item has something left to do, or a barrier needs it. Asked in the order of the numbers. */
  async #isWanted(child: Entry): Promise<boolean> {
    const { shape, past, isRewriting } = this.#parts
    const row = await past?.settled(child.level, child.number)
    if (row === undefined) return true
    child.settledAs = row
    return isAgain(row, { shape, level: child.level, isRewriting })
  }
}

/** In the order of the source. */
function byPlace(one: Entry, other: Entry): number {
  return comparePaths(pathOf(one.number, one.level.depth), pathOf(other.number, other.level.depth))
}
