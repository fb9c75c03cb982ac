/**
 * What a task spent its time on. All in milliseconds; everything up to `bookedAt` is booked.
 *
 * It is a part of every task. A base class with initialised fields or #private members sets each of them up by itself and slowly, which made
 * most of what making a task costs: so here, and in `TaskRecord`, fields are declared and the constructor assigns them.
 */
export class TimeBook {
  declare bookedAt: number
  /** Waiting for a lane. */
  declare queuedMs: number
  /** Its own running and that of the workers it called: what its limits are about. */
  declare runMs: number
  /** Made when it is first needed: most tasks are tried once and call nobody. */
  declare private aside: Aside | undefined

  constructor(now: number) {
    this.bookedAt = now
    this.queuedMs = 0
    this.runMs = 0
    this.aside = undefined
  }

  /** Time it used itself so far, without that of the workers it called. */
  get ownMs(): number {
    return this.aside === undefined ? this.runMs : this.runMs - this.aside.workerMs
  }

  /** Time it used, and waited for its child runs: how long what needs it has to wait once it runs. */
  get spanMs(): number {
    return this.aside === undefined ? this.runMs : this.runMs + this.aside.childrenMs
  }

  /** Time the present attempt used so far. */
  get attemptMs(): number {
    return this.aside === undefined ? this.runMs : this.runMs - this.aside.runMsBefore
  }

  /** What is left of a limit on the present attempt. */
  attemptLeftMs(limitMs: number): number {
    return limitMs - this.attemptMs
  }

  /** What is left of a limit on all attempts and the back-offs between them. */
  totalLeftMs(limitMs: number): number {
    return this.aside === undefined ? limitMs - this.runMs : limitMs - this.runMs - this.aside.backedOffMs
  }

  /** Another attempt begins. */
  protected bookAttempt(): void {
    this.needAside().runMsBefore = this.runMs
  }

  protected bookQueue(now: number): void {
    this.queuedMs += this.elapsedMs(now)
  }

  protected bookRun(now: number): void {
    this.runMs += this.elapsedMs(now)
  }

  protected bookWorker(now: number): void {
    const elapsedMs = this.elapsedMs(now)
    this.runMs += elapsedMs
    this.needAside().workerMs += elapsedMs
  }

  protected bookBackOff(now: number): void {
    this.needAside().backedOffMs += this.elapsedMs(now)
  }

  /** Waiting for child runs: their tasks say what that was spent on. */
  protected bookChildren(now: number): void {
    this.needAside().childrenMs += this.elapsedMs(now)
  }

  private needAside(): Aside {
    this.aside ??= { workerMs: 0, childrenMs: 0, backedOffMs: 0, runMsBefore: 0 }
    return this.aside
  }

  private elapsedMs(now: number): number {
    const elapsedMs = now - this.bookedAt
    this.bookedAt = now
    return elapsedMs
  }
}

interface Aside {
  workerMs: number
  childrenMs: number
  backedOffMs: number
  /** What `runMs` was when the present attempt began. */
  runMsBefore: number
}
