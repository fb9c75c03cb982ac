import type { Step } from '../../steps/step.ts'

/** A job's steps, and what follows from their order. */
export interface Shape {
  readonly steps: readonly Step[]
  readonly levels: readonly Level[]
  /** Whether some step needs all items at once: then all are read, however many are settled. */
  readonly hasBarrier: boolean
  /** Whether an item's result of this step must be kept: a later step uses it, or a record shows it. */
  keeps(name: string, at: number): boolean
}

/** Steps that the same items go through, up to and including the one that makes other items of them. */
export interface Level {
  /** Its number: `segment` in the journal, since numbers of items are unique within it. */
  readonly index: number
  /** Positions of its first and last step. Behind an `expand` or `collect` that stands last there is none: then `to` is `from - 1`. */
  readonly from: number
  readonly to: number
  readonly maker: 'source' | 'expand' | 'collect'
  readonly endsIn: 'expand' | 'collect' | undefined
  /** How many `expand`s lie between its items and the source, or the `collect` before them. */
  readonly depth: number
  readonly isBehindCollect: boolean
  /** Its items come in no order of their numbers: a `select` or `collect` lies between them and the source. */
  readonly isBehindBarrier: boolean
}

export function shapeOf(steps: readonly Step[], fields: readonly string[] | undefined): Shape {
  const lastUse = lastUses(steps)
  for (const name of fields ?? []) lastUse.set(name, steps.length)
  const all = lastUse.get('*') ?? -1
  return {
    steps,
    levels: levelsOf(steps),
    hasBarrier: steps.some(isBarrier),
    keeps: (name, at) => at < all || at < (lastUse.get(name) ?? -1),
  }
}

/** @param steps of which their kinds are enough */
export function levelsOf(steps: readonly Pick<Step, 'kind'>[]): Level[] {
  const levels: Level[] = []
  let next: Omit<Level, 'index' | 'to' | 'endsIn'> = {
    from: 0,
    maker: 'source',
    depth: 0,
    isBehindCollect: false,
    isBehindBarrier: false,
  }
  for (const [at, { kind }] of steps.entries()) {
    if (kind !== 'expand' && kind !== 'collect') continue
    levels.push({ ...next, index: levels.length, to: at, endsIn: kind })
    const isCollect = kind === 'collect'
    const depth = isCollect ? 0 : next.depth + 1
    const isBehindCollect = isCollect || next.isBehindCollect
    const isBehindBarrier = steps.slice(0, at + 1).some(isBarrier)
    next = { from: at + 1, maker: kind, depth, isBehindCollect, isBehindBarrier }
  }
  return [...levels, { ...next, index: levels.length, to: steps.length - 1, endsIn: undefined }]
}

/** The position of the last step that uses each name. */
function lastUses(steps: readonly Step[]): Map<string, number> {
  const last = new Map<string, number>()
  for (const [at, { uses }] of steps.entries()) for (const name of uses) last.set(name, at)
  return last
}

export function isBarrier({ kind }: Pick<Step, 'kind'>): boolean {
  return kind === 'select' || kind === 'collect'
}
