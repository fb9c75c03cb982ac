/** A lane that shares the cores with others. */
export interface SharingLane {
  /** A core is free. */
  pump(): void
}

/**
 * The cores that several lanes share: what computes, on whatever lane, is never more than there are. Whoever gives one back offers it to the
 * lane that has waited longest before it looks at its own work, so that lanes with work take turns.
 */
export class Cores {
  free: number
  readonly #waiting = new Set<SharingLane>()

  /** @param count at least 1 */
  constructor(count: number) {
    this.free = count
  }

  share(lane: SharingLane): CoreShare {
    return new CoreShare(this, lane)
  }

  wait(lane: SharingLane): void {
    this.#waiting.add(lane)
  }

  give(lane: SharingLane, count: number): void {
    this.free += count
    this.#waiting.delete(lane)
    // One that does not want it now says so again, when it does.
    for (const other of [...this.#waiting]) {
      if (this.free <= 0) return
      this.#waiting.delete(other)
      other.pump()
    }
  }
}

/** One lane's part in it. */
export class CoreShare {
  readonly #cores: Cores
  readonly #lane: SharingLane
  #held = 0
  #isOn = true

  constructor(cores: Cores, lane: SharingLane) {
    this.#cores = cores
    this.#lane = lane
  }

  /** Whether the lane may have another lease. If not, it is pumped when it may. */
  get hasRoom(): boolean {
    if (!this.#isOn || this.#cores.free > 0) return true
    this.#cores.wait(this.#lane)
    return false
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** A lane that comes back brings its leases with it, free cores or not. */
  set isOn(isOn: boolean) {
    if (isOn === this.#isOn) return
    this.#isOn = isOn
    if (isOn) this.#cores.free -= this.#held
    else this.#cores.give(this.#lane, this.#held)
  }

  take(): void {
    this.#held += 1
    if (this.#isOn) this.#cores.free -= 1
  }

  give(): void {
    this.#held -= 1
    if (this.#isOn) this.#cores.give(this.#lane, 1)
  }
}
