import type { Services } from '../../execute/terms.ts'
import type { Alarm } from '../../schedule/alarms.ts'

/** Rings once, unless it is stopped before. */
export class Bell implements Alarm {
  bucket: Alarm['bucket']
  slot = -1
  readonly #services: Services
  readonly #rung: () => void

  private constructor(delayMs: number, services: Services, rung: () => void) {
    this.#services = services
    this.#rung = rung
    services.alarms.set(this, services.clock.latest, delayMs)
  }

  /** @param delayMs undefined: never */
  static after(delayMs: number | undefined, services: Services, rung: (delayMs: number) => void): Bell | undefined {
    return delayMs === undefined ? undefined : new Bell(delayMs, services, () => rung(delayMs))
  }

  ring(): void {
    this.#rung()
  }

  stop(): void {
    this.#services.alarms.clear(this)
  }
}
