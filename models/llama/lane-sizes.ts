import type { LaneControl, ResourceServices } from '../../src/core/resource.ts'

const known = new WeakMap<ResourceServices, LaneSizes>()

/** Those of a runtime: its hosts share them. */
export function laneSizesOf(services: ResourceServices): LaneSizes {
  const sizes = known.get(services) ?? new LaneSizes(services)
  known.set(services, sizes)
  return sizes
}

interface Lanes {
  lane(name: string): Pick<LaneControl, 'capacity' | 'resize' | 'sharesCores'>
}

interface OpenedSize {
  readonly contexts: number
  readonly onGpu: boolean
}

/**
 * The capacities of the lanes of local models: a lease for each context of its open models, up to what the lane was given, for that is what
 * the cores can serve. A model with more contexts than that has them because somebody said so.
 *
 * A lane whose models all compute on a GPU leaves the cores to others.
 */
export class LaneSizes {
  readonly #services: Lanes
  readonly #lanes = new Map<string, { readonly given: number; readonly models: Map<string, OpenedSize> }>()

  constructor(services: Lanes) {
    this.#services = services
  }

  /** What the runtime gave the lane, before any model was open. */
  given(lane: string): number {
    return this.#of(lane).given
  }

  /** @param model of its own among those of the lane */
  fit(lane: string, model: string, size: OpenedSize): void {
    const { given, models } = this.#of(lane)
    const before = models.get(model)
    if (before?.contexts === size.contexts && before.onGpu === size.onGpu) return
    models.set(model, size)
    const all = [...models.values()]
    const counts = all.map(({ contexts }) => contexts)
    const sum = counts.reduce((total, count) => total + count, 0)
    const control = this.#services.lane(lane)
    control.sharesCores = all.some(({ onGpu }) => !onGpu)
    control.resize(Math.max(...counts, Math.min(given, sum)))
  }

  #of(lane: string) {
    const entry = this.#lanes.get(lane) ?? { given: this.#services.lane(lane).capacity, models: new Map() }
    this.#lanes.set(lane, entry)
    return entry
  }
}
