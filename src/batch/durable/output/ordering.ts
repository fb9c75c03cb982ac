import { comparePaths } from '../item/numbers.ts'
import type { Outlet, Unit } from './outlet.ts'

/** Items of the source that may be read ahead of the first that is open, and bytes of records that may wait for it. */
const maxAhead = 65_536
const maxHeldBytes = 64 * 2 ** 20

/** Lets ends out in the order of the source: those of one item together, once all its parts are settled and so is all before it. */
export class Ordering {
  readonly #outlet: Outlet
  /** In the order in which they were read. */
  readonly #held = new Map<number, Held>()
  /** With a barrier before the end nothing comes out until all is read: then nobody waits. */
  readonly #isBounded: boolean
  readonly #stuck: () => void
  #bytes = 0
  #room: PromiseWithResolvers<void> | undefined

  /** @param stuck told that there will be no room before somebody has decided how an item goes on */
  constructor(outlet: Outlet, isBounded: boolean, stuck: () => void) {
    this.#outlet = outlet
    this.#isBounded = isBounded
    this.#stuck = stuck
  }

  read(root: number): void {
    this.#held.set(root, { parts: [], isSettled: false, isLeft: false })
  }

  put(root: number, path: readonly number[], unit: Unit): void {
    this.#bytes += unit.record?.line.length ?? 0
    this.#held.get(root)!.parts.push({ path, unit })
  }

  settled(root: number): void {
    this.#held.get(root)!.isSettled = true
    for (const [number, held] of this.#held) {
      if (!held.isSettled) break
      this.#held.delete(number)
      held.parts.sort((one, other) => comparePaths(one.path, other.path))
      for (const { unit } of held.parts) {
        this.#bytes -= unit.record?.line.length ?? 0
        this.#outlet.put(unit)
      }
    }
    if (this.#isStuck) this.#stuck()
    if (this.#isFull) return
    this.#room?.resolve()
    this.#room = undefined
  }

  /** Nothing behind it comes out in this life of the run. */
  left(root: number): void {
    const held = this.#held.get(root)
    if (held === undefined) return
    held.isLeft = true
    // Somebody may wait for room already.
    if (this.#isStuck) this.#stuck()
  }

  async room(): Promise<void> {
    if (!this.#isFull) return
    if (this.#isStuck) return this.#stuck()
    this.#room ??= Promise.withResolvers()
    await this.#room.promise
  }

  /** Nothing more will come: nobody is to wait for it. */
  close(): void {
    this.#room?.resolve()
  }

  get #isStuck(): boolean {
    if (!this.#isFull) return false
    const [first] = this.#held.values()
    return first?.isLeft === true
  }

  get #isFull(): boolean {
    return this.#isBounded && (this.#held.size >= maxAhead || this.#bytes >= maxHeldBytes)
  }
}

interface Held {
  readonly parts: { readonly path: readonly number[]; readonly unit: Unit }[]
  isSettled: boolean
  /** It is not gone on with. */
  isLeft: boolean
}
