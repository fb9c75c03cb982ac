import type { ResourceServices } from '../../src/core/resource.ts'

/** The capacities of the lanes of local models: as many leases as there are contexts. */
export class LaneSizes {
  readonly #services: ResourceServices
  readonly #given = new Map<string, number>()
  readonly #fitted = new Set<string>()

  constructor(services: ResourceServices) {
    this.#services = services
  }

  /** What the runtime gave the lane, before any model was open. */
  given(lane: string): number {
    const known = this.#given.get(lane) ?? this.#services.lane(lane).capacity
    this.#given.set(lane, known)
    return known
  }

  /** A model with so many contexts is open: the lane takes as many as the model of the most contexts. */
  fit(lane: string, contexts: number): void {
    const control = this.#services.lane(lane)
    const wanted = this.#fitted.has(lane) ? Math.max(control.capacity, contexts) : contexts
    this.#fitted.add(lane)
    if (wanted !== control.capacity) control.resize(wanted)
  }
}
