import type { RunStatistics, Tally } from '../../src/index.ts'
import type { BenchSize } from '../result.ts'
import { type Service, startService } from './service/service.ts'
import type { Seen, ServiceSetting } from './service/setting.ts'

/**
 * One piece of work and the ways to do it, to be compared. `W` names the ways, the first of them is what the others are measured
 * against; `R` is what each gives.
 */
export interface Scenario<W extends string = string, R extends Result = Result> {
  readonly name: string
  /** What is done and what it shows, in a sentence. */
  readonly about: string
  /** How the loopback service behaves that it works with. */
  readonly service: ServiceSetting
  readonly ways: Readonly<Record<W, (service: Service, size: BenchSize) => Promise<R>>>
  /** What else there is to print at the end. */
  report?(results: Readonly<Record<W, Played<R>>>): string
}

/** What one way came to. */
export interface Result {
  readonly tally: Tally
  /** What no schedule could have beaten: `RunStatistics.bound.by`. */
  readonly boundBy: string
  /** Measured by the scenario itself, in milliseconds. Default: from before its runtime is made until after it is closed. */
  readonly wallMs?: number
  /** What else is worth a column. */
  readonly columns?: Readonly<Record<string, string | number>>
}

/** A result with what was measured around it. */
export type Played<R extends Result = Result> = R & {
  readonly wallMs: number
  readonly seen: Seen
}

/** The part of a result that a run's statistics tell. */
export function resultOf({ tally, bound }: RunStatistics): Result {
  return { tally, boundBy: bound.by }
}

/** Of several runs that are one piece of work. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0)
  return {
    in: sum('in'),
    done: sum('done'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    cancelled: sum('cancelled'),
  }
}

/**
 * Runs every way of a scenario, one after another, against a service of its own.
 *
 * @param speed how fast the service's time passes; default: what the scenario says
 */
export async function play<W extends string, R extends Result>(
  scenario: Scenario<W, R>,
  { smoke = false, speed = scenario.service.speed }: Partial<BenchSize> & { readonly speed?: number } = {},
): Promise<Readonly<Record<W, Played<R>>>> {
  await using service = await startService({ ...scenario.service, speed })
  const played = new Map<string, Played<R>>()
  for (const [name, way] of Object.entries(scenario.ways) as [W, Scenario<W, R>['ways'][W]][]) {
    await service.reset()
    const start = performance.now()
    const result = await way(service, { smoke })
    const wallMs = result.wallMs ?? performance.now() - start
    played.set(name, { ...result, wallMs, seen: await service.seen() })
  }
  return Object.fromEntries(played) as Record<W, Played<R>>
}
