import type { ResourceServices } from '../../src/core/resource.ts'

const known = new WeakMap<ResourceServices, LaneSizes>()

/** Those of a runtime: its hosts share them. */
export function laneSizesOf(services: ResourceServices): LaneSizes {
  const sizes = known.get(services) ?? new LaneSizes(services)
  known.set(services, sizes)
  return sizes
}

/**
 * The capacities of the lanes of local models: a lease for each context of its open models, up to what the lane was given, for that is what
 * the cores can serve. A model with more contexts than that has them because somebody said so.
 */
export class LaneSizes {
  readonly #services: ResourceServices
  readonly #lanes = new Map<string, { readonly given: number; readonly contexts: Map<string, number> }>()

  constructor(services: ResourceServices) {
    this.#services = services
  }

  /** What the runtime gave the lane, before any model was open. */
  given(lane: string): number {
    return this.#of(lane).given
  }

  /** @param model of its own among those of the lane */
  fit(lane: string, model: string, contexts: number): void {
    const { given, contexts: all } = this.#of(lane)
    if (all.get(model) === contexts) return
    all.set(model, contexts)
    const counts = [...all.values()]
    const sum = counts.reduce((total, count) => total + count, 0)
    this.#services.lane(lane).resize(Math.max(...counts, Math.min(given, sum)))
  }

  #of(lane: string) {
    const entry = this.#lanes.get(lane) ?? { given: this.#services.lane(lane).capacity, contexts: new Map() }
    this.#lanes.set(lane, entry)
    return entry
  }
}
