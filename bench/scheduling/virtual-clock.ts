import type { Clock, Timer } from '../../src/index.ts'
import { Heap, type HeapItem } from '../../src/schedule/heap.ts'

interface Bell extends HeapItem {
  readonly at: number
  readonly ring: () => void
}

/**
 * A clock on which an hour passes in seconds, the same one each time: it goes on to the next timer when nothing else is on its way. So waiting costs
 * nothing, and computing takes no time.
 */
export class VirtualClock implements Clock {
  #now = 0
  readonly #late: () => number
  readonly #bells = new Heap<Bell>((one, other) => one.at < other.at)

  /** @param late by how many milliseconds a timer of the runtime rings too late, as timers of a busy event loop do */
  constructor(late: () => number = () => 0) {
    this.#late = late
  }

  now(): number {
    return this.#now
  }

  startTimer(ring: () => void, delayMs: number): Timer {
    const bell = this.#set(ring, delayMs + this.#late())
    return {
      stop: () => {
        if (bell.heapPlace >= 0) this.#bells.remove(bell)
      },
      hold: () => {},
    }
  }

  /** What a task does that takes so long. Rejects when the signal is aborted. */
  pass(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const bell = this.#set(resolve, ms)
    signal?.addEventListener('abort', () => {
      if (bell.heapPlace >= 0) this.#bells.remove(bell)
      reject(signal.reason)
    })
    return promise
  }

  /** Lets time pass until the promise is settled, or `untilMs`. */
  async run<T>(awaited: PromiseLike<T>, untilMs: number = Number.POSITIVE_INFINITY): Promise<T | undefined> {
    let settled = false
    const settle = (): void => {
      settled = true
    }
    awaited.then(settle, settle)
    await rest()
    while (!settled) {
      const next = this.#bells.first
      if (next === undefined) throw new Error('nothing is left to wait for, and the work has not ended')
      if (next.at > untilMs) return undefined
      this.#now = next.at
      // All of one moment together: on a real clock they ring in one turn of the event loop.
      for (let bell = this.#bells.first; bell?.at === next.at; bell = this.#bells.first) this.#bells.pop()!.ring()
      await rest()
    }
    return awaited
  }

  #set(ring: () => void, delayMs: number): Bell {
    const bell = { at: this.#now + Math.max(0, delayMs), ring, heapPlace: -1, heapTurn: 0 }
    this.#bells.push(bell)
    return bell
  }
}

/** Resolves when everything that was on its way without a timer has come to rest: the scheduler, too, goes on in the next turn. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
