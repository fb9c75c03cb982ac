import type { Clock, Timer } from '../core/clock.ts'

/** Something that wants to be woken once. `bucket` and `slot` belong to `Alarms`; leave them undefined and -1. */
export interface Alarm {
  bucket: Bucket | undefined
  slot: number
  ring(): void
}

/** All alarms of about the same time. */
interface Bucket {
  readonly at: number
  /** Those up to `size`; what is behind it is free. */
  readonly alarms: (Alarm | undefined)[]
  size: number
}

/**
 * All deadlines of a runtime behind one timer, set and cleared in constant time: most limits never ring.
 *
 * As in a timing wheel (G. Varghese, T. Lauck, "Hashed and Hierarchical Timing Wheels", 1987) alarms of about the same time share
 * a bucket, and the buckets are the coarser the further ahead they are: an alarm rings at its time or later, by at most
 * 1/64 of the delay that it was set with, or 1 ms if that is more. A bucket that was emptied stays until its time.
 *
 *     now │ 1 ms buckets … │ 2 ms … │ 4 ms … │ … │ 1 s buckets: all limits of 120 s that are set within that second
 */
export class Alarms {
  readonly #clock: Clock
  /** Sorted by time. */
  readonly #buckets: Bucket[] = []
  #size = 0
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Alarms that are set. */
  get size(): number {
    return this.#size
  }

  /** Sets the alarm, or moves it when it is set already. Infinity: it never rings. */
  set(alarm: Alarm, now: number, delayMs: number): void {
    // One bucket at no time at all would keep all later ones from ringing.
    if (Number.isNaN(delayMs)) throw new RangeError('an alarm needs a delay, got NaN')
    this.clear(alarm)
    const bucket = this.#bucketFor(now + delayMs, granularity(delayMs))
    alarm.bucket = bucket
    alarm.slot = bucket.size
    bucket.alarms[bucket.size++] = alarm
    this.#size += 1
    if (bucket.at < this.#timerAt) this.#startTimer(bucket.at)
    else if (this.#size === 1) this.#timer?.hold(true)
  }

  clear(alarm: Alarm): void {
    const { bucket, slot } = alarm
    if (bucket === undefined) return
    bucket.size -= 1
    const last = bucket.alarms[bucket.size]!
    bucket.alarms[bucket.size] = undefined
    if (last !== alarm) {
      bucket.alarms[slot] = last
      last.slot = slot
    }
    alarm.bucket = undefined
    this.#size -= 1
    // An alarm keeps the process alive, an idle timer does not.
    if (this.#size === 0) this.#timer?.hold(false)
  }

  /** Stops the timer. Alarms that are set stay silent. */
  close(): void {
    this.#timer?.stop()
    this.#timer = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
    for (const { alarms, size } of this.#buckets) for (const alarm of alarms.slice(0, size)) alarm!.bucket = undefined
    this.#buckets.length = 0
    this.#size = 0
  }

  #bucketFor(at: number, granularityMs: number): Bucket {
    const bucketAt = Math.ceil(at / granularityMs) * granularityMs
    // From the end: what is set last is mostly due last.
    let place = this.#buckets.length
    while (place > 0 && this.#buckets[place - 1]!.at > bucketAt) place -= 1
    const there = this.#buckets[place - 1]
    if (there?.at === bucketAt) return there
    const bucket: Bucket = { at: bucketAt, alarms: [], size: 0 }
    this.#buckets.splice(place, 0, bucket)
    return bucket
  }

  #startTimer(at: number): void {
    this.#timer?.stop()
    this.#timerAt = at
    this.#timer = this.#clock.startTimer(() => this.#due(), Math.max(0, at - this.#clock.now()))
    if (this.#size === 0) this.#timer.hold(false)
  }

  #due(): void {
    this.#timer = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    for (let first = this.#buckets[0]; first !== undefined && first.at <= now; first = this.#buckets[0]) {
      if (first.size === 0) this.#buckets.shift()
      else {
        const alarm = first.alarms[first.size - 1]!
        this.clear(alarm)
        alarm.ring()
      }
    }
    const next = this.#buckets[0]
    if (next !== undefined && next.at < this.#timerAt) this.#startTimer(next.at)
  }
}

/** The largest power of two that is at most 1/64 of the delay, at least 1. */
function granularity(delayMs: number): number {
  return delayMs < 128 ? 1 : 1 << (25 - Math.clz32(Math.min(delayMs, 0x7fffffff)))
}
