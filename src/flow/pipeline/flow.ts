import type { End } from '../run/course.ts'
import { Expander } from './expander.ts'
import type { Upstream } from './gateway.ts'
import type { Reader } from './reader.ts'
import type { Segment } from './segment.ts'
import type { Transit } from './transit.ts'

/** Items that may be taken in at one go before the event loop turns: where nothing waits for a lane, nothing else would end that. */
const maxAtOnce = 1024

/** Lets segments that have room take in what stands before them. */
export class Flow {
  readonly segments: readonly Segment[]
  readonly reader: Reader
  readonly #isArray: boolean
  readonly #transit: Transit
  readonly #isHalted: () => boolean
  readonly #again: () => void
  /** How many more may be taken in at this go. */
  #left = 0
  #isOn = false
  #turn: NodeJS.Immediate | undefined

  /**
   * @param isArray reading runs no function of the caller's
   * @param isHalted whether nothing may be taken in for now
   * @param again called when the event loop has turned and there is more to do
   */
  constructor(
    reader: Reader,
    isArray: boolean,
    segments: readonly Segment[],
    transit: Transit,
    isHalted: () => boolean,
    again: () => void,
  ) {
    this.reader = reader
    this.segments = segments
    this.#isArray = isArray
    this.#transit = transit
    this.#isHalted = isHalted
    this.#again = again
  }

  /** In the midst of it: what was taken in may not be where it belongs. */
  get isOn(): boolean {
    return this.#isOn
  }

  go(): void {
    const transit = this.#transit
    transit.hasMoved = true
    if (this.#isOn) return
    this.#isOn = true
    this.#left = maxAtOnce
    while (transit.hasMoved && this.#left > 0) {
      transit.hasMoved = false
      // The last first: that makes room in those before.
      for (let at = this.segments.length - 1; at >= 0; at -= 1) this.#fill(at)
      this.#finish()
    }
    if (this.#left <= 0) this.#turn ??= setImmediate(this.#afterTurn)
    this.#isOn = false
  }

  /** Reads no more, and ends what was not read of a source whose length is known. */
  close(end: End): void {
    for (const [at, { gateway }] of this.segments.entries()) {
      if (gateway === undefined) continue
      // What a spent budget does not allow are steps: batches and folds go on with what they get.
      if (end.status === 'cancelled' || (gateway instanceof Expander && this.#hasSteps(at + 1))) gateway.close(end)
    }
    const wasOn = this.#isOn
    this.#isOn = true
    for (const item of this.reader.close()) {
      this.#transit.ledger.end(item, end)
      this.#transit.enter(this.segments[0]!, item)
    }
    this.#isOn = wasOn
    this.go()
  }

  stop(): void {
    clearImmediate(this.#turn)
  }

  readonly #afterTurn = (): void => {
    this.#turn = undefined
    this.#again()
  }

  #fill(at: number): void {
    const transit = this.#transit
    const segment = this.segments[at]!
    const upstream = this.#upstream(at)
    while (this.#mayEnter(segment)) {
      if (this.#left <= 0) return
      const item = upstream.next()
      if (at > 0 || !this.#isArray) transit.isLate = true
      if (item === undefined) return
      transit.enter(segment, item)
      // It begins before the next one is read, if it can.
      transit.pump()
      if (!transit.isCancelled) this.#left -= 1
    }
  }

  #mayEnter(segment: Segment): boolean {
    return this.#transit.isCancelled || (!this.#isHalted() && segment.hasRoom(this.#transit.held))
  }

  /** Tells the gateways that have got all that they will get. */
  #finish(): void {
    for (const [at, { gateway, count }] of this.segments.entries()) {
      if (gateway === undefined || gateway.isFinished || count > 0 || !this.#upstream(at).isExhausted) continue
      gateway.isFinished = true
      this.#transit.hasMoved = true
    }
  }

  #upstream(at: number): Upstream {
    return at === 0 ? this.reader : this.segments[at - 1]!.gateway!
  }

  #hasSteps(from: number): boolean {
    return this.segments.slice(from).some(({ operators }) => operators.some(({ kind }) => kind === 'step'))
  }
}
