import { Failure } from '../core/failure.ts'
import type { Cores } from './cores.ts'
import { Lane, type LaneServices } from './lane.ts'
import type { LaneLimits } from './limits.ts'

/** The lanes of a runtime by name. */
export class Lanes {
  readonly #lanes: ReadonlyMap<string, Lane>

  /** @param sharing lanes whose leases take a core each, and those cores */
  constructor(
    limits: Readonly<Record<string, LaneLimits>>,
    services: LaneServices,
    sharing: { readonly names: readonly string[]; readonly cores: Cores },
  ) {
    const make = (name: string, limit: LaneLimits): Lane =>
      new Lane(name, limit, services, sharing.names.includes(name) ? sharing.cores : undefined)
    this.#lanes = new Map(Object.entries(limits).map(([name, limit]) => [name, make(name, limit)]))
  }

  /** @throws Failure `INVALID_OPTION` when there is no such lane */
  get(name: string): Lane {
    const lane = this.#lanes.get(name)
    if (lane !== undefined) return lane
    const known = [...this.#lanes.keys()].join(', ')
    throw new Failure(
      'INVALID_OPTION',
      `there is no lane ${name} (known: ${known}): name it in createRuntime({ lanes })`,
    )
  }

  [Symbol.iterator](): MapIterator<Lane> {
    return this.#lanes.values()
  }
}
