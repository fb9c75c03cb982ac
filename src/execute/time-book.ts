/** What a task spent its time on. All in milliseconds; everything up to `bookedAt` is booked. */
export class TimeBook {
  bookedAt: number
  /** Waiting for a lane. */
  queuedMs = 0
  /** Its own running and that of the workers it called: what its limits are about. */
  runMs = 0
  #workerMs = 0
  #backedOffMs = 0
  /** What `runMs` was when the present attempt began. */
  #runMsBefore = 0

  constructor(now: number) {
    this.bookedAt = now
  }

  /** Time it used itself so far, without that of the workers it called. */
  get ownMs(): number {
    return this.runMs - this.#workerMs
  }

  /** What is left of a limit on the present attempt. */
  attemptLeftMs(limitMs: number): number {
    return limitMs - (this.runMs - this.#runMsBefore)
  }

  /** What is left of a limit on all attempts and the back-offs between them. */
  totalLeftMs(limitMs: number): number {
    return limitMs - this.runMs - this.#backedOffMs
  }

  /** Another attempt begins. */
  protected bookAttempt(): void {
    this.#runMsBefore = this.runMs
  }

  protected bookQueue(now: number): void {
    this.queuedMs += this.#elapsedMs(now)
  }

  protected bookRun(now: number): void {
    this.runMs += this.#elapsedMs(now)
  }

  protected bookWorker(now: number): void {
    const elapsedMs = this.#elapsedMs(now)
    this.runMs += elapsedMs
    this.#workerMs += elapsedMs
  }

  protected bookBackOff(now: number): void {
    this.#backedOffMs += this.#elapsedMs(now)
  }

  #elapsedMs(now: number): number {
    const elapsedMs = now - this.bookedAt
    this.bookedAt = now
    return elapsedMs
  }
}
