import { type Clock, systemClock, type Timer } from '../core/clock.ts'
import { Failure } from '../core/failure.ts'
import type { JournalThread } from './journal-thread.ts'
import { OpenGroup } from './open-group.ts'

/** What the recorder needs of the journal's thread. */
export type CommittingThread = Pick<JournalThread, 'place' | 'failure' | 'call'>

/** The longest that something recorded waits while the thread is free, in milliseconds. */
const groupMs = 5
/** A group of so many bytes is sent without waiting. */
const groupBytes = 256 * 1024

/**
 * Gathers what is recorded into groups, each of which is committed as one. A group is sent 5 ms after its first record, and before that at the
 * end of the tick in which somebody asks for it. While the thread is busy with the one before, the next one gathers.
 */
export class Recorder {
  readonly #thread: CommittingThread
  readonly #isReadOnly: boolean
  readonly #clock: Clock
  readonly #group = new OpenGroup()
  #last: Promise<void> = Promise.resolve()
  /** Of the group that is gathering, where somebody waits for it. */
  #next: PromiseWithResolvers<void> | undefined
  #timer: Timer | undefined
  #isDue = false
  #isSending = false
  #inFlight = 0
  #bytesInFlight = 0

  constructor(thread: CommittingThread, isReadOnly: boolean, clock: Clock = systemClock) {
    this.#thread = thread
    this.#isReadOnly = isReadOnly
    this.#clock = clock
  }

  /** About the bytes that were recorded and are not committed. */
  get backlogBytes(): number {
    return this.#group.bytes + this.#bytesInFlight
  }

  /**
   * Where to write what is to be recorded next.
   *
   * @throws Failure `INVALID_INPUT`, or what the journal has failed with
   */
  get log(): OpenGroup {
    this.assertWritable()
    if (this.#group.isEmpty) this.#timer ??= this.#clock.startTimer(this.#ring, groupMs)
    else if (this.#group.bytes > groupBytes && !this.#isDue) this.#ring()
    return this.#group
  }

  assertWritable(): void {
    if (this.#thread.failure !== undefined) throw this.#thread.failure
    if (this.#isReadOnly) throw readOnly(this.#thread.place)
  }

  /** Resolves when all that was recorded up to now is committed. */
  committed(): Promise<void> {
    if (this.#thread.failure !== undefined) return Promise.reject(this.#thread.failure)
    if (this.#group.isEmpty) return this.#last
    this.#next ??= Promise.withResolvers()
    if (this.#inFlight > 0) this.#isDue = true
    else if (!this.#isSending) {
      this.#isSending = true
      setImmediate(this.#ring)
    }
    return this.#next.promise
  }

  /** Sends what was recorded: what the thread is asked next sees it. */
  flush(): void {
    if (!this.#group.isEmpty) this.#send()
  }

  readonly #ring = (): void => {
    this.#isSending = false
    if (this.#inFlight > 0) this.#isDue = true
    else this.flush()
  }

  #send(): void {
    this.#timer?.stop()
    this.#timer = undefined
    this.#isDue = false
    const { bytes } = this.#group
    const group = this.#group.take()
    const sent = this.#thread.call('commit', [group], [group.work.buffer, group.settled.buffer] as ArrayBuffer[])
    this.#inFlight++
    this.#bytesInFlight += bytes
    const ended = (): void => {
      this.#inFlight--
      this.#bytesInFlight -= bytes
      if (this.#isDue && this.#inFlight === 0) this.flush()
    }
    sent.then(ended, ended)
    this.#last = sent
    this.#next?.resolve(sent)
    // Whoever waits is told; with nobody waiting, the next call is.
    this.#next?.promise.catch(() => {})
    this.#next = undefined
  }
}

function readOnly(place: string): Failure {
  return new Failure(
    'INVALID_INPUT',
    `the journal in ${place} was opened for reading only: nothing can be recorded in it`,
  )
}
