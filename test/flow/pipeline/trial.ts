import fc from 'fast-check'
import { expect } from 'vitest'
import {
  Failure,
  type Outcome,
  type Pipeline,
  type PipelineOptions,
  type Policy,
  quorum,
  type Runtime,
  type TaskContext,
} from '../../../src/index.ts'
import { type ManualClock, rest } from '../../fixtures/manual-clock.ts'

/** How the tasks of a step end, and how long they take: by the number of their input. */
const behaviour = {
  ends: fc.array(fc.constantFrom('done', 'done', 'done', 'at once', 'throws', 'retryable once', 'hangs'), {
    minLength: 1,
    maxLength: 5,
  }),
  tookMs: fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 1, maxLength: 5 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  lane: fc.constantFrom('one', 'two'),
  isKeyed: fc.boolean(),
}

const part = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('step' as const), ...behaviour }) },
  fc.record({ kind: fc.constant('filter' as const), modulus: fc.integer({ min: 2, max: 5 }), throws: fc.boolean() }),
  fc.record({
    kind: fc.constant('flatMap' as const),
    ...behaviour,
    most: fc.integer({ min: 0, max: 4 }),
    breaks: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('batch' as const), size: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('collect' as const) }),
  fc.record({ kind: fc.constant('reduce' as const), throws: fc.boolean() }),
)

/** A pipeline, what runs through it, and what happens to it. */
export const scenario: fc.Arbitrary<Scenario> = fc.record({
  items: fc.integer({ min: 0, max: 40 }),
  parts: fc.array(part, { maxLength: 5 }),
  source: fc.constantFrom('array', 'set', 'generator', 'async generator', 'broken generator'),
  how: fc.constantFrom('awaited', 'iterated', 'slowly iterated', 'left'),
  isOrdered: fc.boolean(),
  concurrency: fc.option(fc.integer({ min: 1, max: 6 })),
  capacity: fc.integer({ min: 1, max: 5 }),
  tasks: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 2 }),
  wallMs: fc.option(fc.integer({ min: 1, max: 600 }), { freq: 2 }),
  policy: fc.constantFrom<Policy>('settle', 'settle', 'settle', 'fail-fast', quorum(3)),
  stop: fc.option(
    fc.record({
      by: fc.constantFrom('cancel', 'drain', 'signal', 'close', 'pause'),
      afterMs: fc.integer({ min: 0, max: 800 }),
      // Instead, in the midst of that call of a function of the caller's.
      within: fc.option(fc.integer({ min: 1, max: 60 })),
    }),
  ),
})

export interface Scenario {
  readonly items: number
  readonly parts: readonly Part[]
  readonly source: 'array' | 'set' | 'generator' | 'async generator' | 'broken generator'
  readonly how: 'awaited' | 'iterated' | 'slowly iterated' | 'left'
  readonly isOrdered: boolean
  readonly concurrency: number | null
  readonly capacity: number
  readonly tasks: number | null
  readonly wallMs: number | null
  readonly policy: Policy
  readonly stop: {
    readonly by: 'cancel' | 'drain' | 'signal' | 'close' | 'pause'
    readonly afterMs: number
    readonly within: number | null
  } | null
}

type Part =
  | (Behaviour & { readonly kind: 'step' })
  | (Behaviour & { readonly kind: 'flatMap'; readonly most: number; readonly breaks: boolean })
  | { readonly kind: 'filter'; readonly modulus: number; readonly throws: boolean }
  | { readonly kind: 'batch'; readonly size: number }
  | { readonly kind: 'collect' }
  | { readonly kind: 'reduce'; readonly throws: boolean }

interface Behaviour {
  readonly ends: readonly string[]
  readonly tookMs: readonly number[]
  readonly concurrency: number
  readonly lane: string
  readonly isKeyed: boolean
}

/** A thing with the path that it came by: `3.1` is the second child of the fourth item. What batches and folds make are arrays. */
export type Value = { readonly path: string; readonly number: number } | readonly Value[]

type Built = Pipeline<Value, unknown>

interface Family {
  readonly members: readonly string[]
  /** What the paths of its children begin with. */
  readonly path: string
  made: number
  isWhole: boolean
}

/** One pipeline under observation. */
export class Trial {
  readonly controller: AbortController = new AbortController()
  /** Called once, in the midst of a function of the caller's, where the scenario says so. */
  stop: () => void = () => {}
  /** Things that the source gave. */
  read = 0
  /** Attempts begun. */
  attempts = 0
  /** What a flatMap was given, with the children that it has so far. */
  readonly families: Family[] = []
  readonly #given: Scenario
  readonly #clock: ManualClock
  readonly #running = new Map<
    object,
    { readonly step: number; readonly lane: string; readonly key: string | undefined }
  >()
  #calls = 0
  #pipeline!: Built

  constructor(given: Scenario, clock: ManualClock) {
    this.#given = given
    this.#clock = clock
  }

  build(weft: Runtime): Built {
    const { isOrdered, concurrency, tasks, wallMs, policy, parts } = this.#given
    const options: PipelineOptions = {
      ordered: isOrdered,
      policy,
      signal: this.controller.signal,
      ...(concurrency === null ? {} : { concurrency }),
      budget: { ...(tasks === null ? {} : { tasks }), ...(wallMs === null ? {} : { wallMs }) },
    }
    let built: Built = weft.pipeline(this.#source(), options)
    for (const [at, part] of parts.entries()) built = this.#add(built, part, at)
    this.#pipeline = built
    return built
  }

  async run(): Promise<{ readonly outcomes: readonly Outcome<Value>[]; readonly broken: unknown }> {
    const { how } = this.#given
    const outcomes: Outcome<Value>[] = []
    try {
      if (how === 'awaited') return { outcomes: await this.#pipeline, broken: undefined }
      for await (const outcome of this.#pipeline) {
        outcomes.push(outcome)
        if (how === 'left' && outcomes.length === 3) break
        if (how === 'slowly iterated') await rest()
      }
      return { outcomes, broken: undefined }
    } catch (thrown) {
      return { outcomes, broken: thrown }
    }
  }

  #add(built: Built, part: Part, at: number): Built {
    switch (part.kind) {
      case 'step':
        return built.step(`step ${at}`, (value, context) => this.#attempt(part, at, value, context), optionsOf(part))
      case 'flatMap':
        return built.flatMap(
          async (value, context) => this.#childrenOf(await this.#attempt(part, at, value, context), at, part),
          { name: `flatMap ${at}`, ...optionsOf(part) },
        )
      case 'filter':
        return built.filter((value) => {
          this.#called()
          if (part.throws && numberOf(value) % 7 === 6) throw new Error('cannot say')
          return numberOf(value) % part.modulus !== 0
        })
      case 'batch':
        return built.batch(part.size)
      case 'collect':
        return built.collect()
      case 'reduce':
        return built.reduce<readonly Value[]>((folded, value) => {
          this.#called()
          if (part.throws && numberOf(value) % 7 === 5) throw new Error('cannot fold')
          return folded.concat([value])
        }, [])
    }
  }

  #attempt(
    part: Part & { readonly kind: 'step' | 'flatMap' },
    step: number,
    value: Value,
    { attempt, signal }: TaskContext,
  ): Value | Promise<Value> {
    this.attempts += 1
    const mark = {}
    this.#running.set(mark, { step, lane: part.lane, key: part.isKeyed ? keyOf(value) : undefined })
    signal.addEventListener('abort', () => this.#running.delete(mark))
    this.#checkLimits(part, step)
    const { wallMs } = this.#given
    // An alarm rings up to 1/64 late.
    if (wallMs !== null && attempt === 1) expect(this.#clock.now()).toBeLessThanOrEqual(wallMs * (1 + 1 / 64) + 1)
    this.#called()
    const ends = part.ends[numberOf(value) % part.ends.length]!
    const end = (): Value => {
      this.#running.delete(mark)
      if (ends === 'throws') throw new Error('broken')
      if (ends === 'retryable once' && attempt === 1) throw new Failure('BUSY', 'busy', { retryable: true })
      return value
    }
    if (ends === 'at once') return end()
    if (ends === 'hangs') return new Promise(() => {})
    const tookMs = part.tookMs[numberOf(value) % part.tookMs.length]!
    return new Promise<void>((resolve) => this.#clock.startTimer(resolve, tookMs)).then(end)
  }

  *#childrenOf(value: Value, step: number, { most, breaks }: Part & { readonly kind: 'flatMap' }): Generator<Value> {
    const members = pathsOf(value)
    const family: Family = {
      members,
      path: 'path' in value ? value.path : `${members[0]}~${step}`,
      made: 0,
      isWhole: false,
    }
    this.families.push(family)
    const number = numberOf(value)
    const count = number % (most + 1)
    for (let at = 0; at < count; at += 1) {
      this.#called()
      if (breaks && at === 2) throw new Error('no more')
      family.made = at + 1
      yield { path: `${family.path}.${at}`, number: number * 3 + at }
    }
    this.#called()
    family.isWhole = true
  }

  #source(): Iterable<Value> | AsyncIterable<Value> {
    const { items, source } = this.#given
    const values = Array.from({ length: items }, (_, number) => ({ path: String(number), number }))
    if (source === 'array') return values
    if (source === 'set') return new Set(values)
    const isBroken = source === 'broken generator'
    return source === 'async generator' ? this.#readLater(values) : this.#readNow(values, isBroken)
  }

  *#readNow(values: readonly Value[], isBroken: boolean): Generator<Value> {
    for (const [at, value] of values.entries()) {
      if (isBroken && at === 20) throw new Error('the source broke')
      this.#reading()
      yield value
    }
  }

  async *#readLater(values: readonly Value[]): AsyncGenerator<Value> {
    for (const value of values) {
      this.#reading()
      yield value
    }
  }

  /** What was read and has not ended is bounded by what the steps before the first operator that makes items may do. */
  #reading(): void {
    this.#called()
    this.read += 1
    const { parts, concurrency, capacity, isOrdered, source } = this.#given
    let window = 0
    for (const part of parts) {
      if (part.kind === 'step' || part.kind === 'flatMap') {
        if (part.isKeyed && part.lane === 'one') return
        const most = Math.min(part.concurrency, concurrency ?? Number.POSITIVE_INFINITY)
        window += Math.max(most, 2 * Math.min(most, part.lane === 'one' ? capacity : 2))
      }
      if (part.kind !== 'step' && part.kind !== 'filter') break
    }
    window = (isOrdered ? 2 : 1) * (window || 16)
    const ahead = source === 'async generator' ? 1 : 0
    expect(this.read - this.#pipeline.stats().tally.in).toBeLessThanOrEqual(window + ahead)
  }

  #checkLimits(part: Part & { readonly kind: 'step' | 'flatMap' }, step: number): void {
    const { capacity, concurrency } = this.#given
    const all = [...this.#running.values()]
    expect(all.length).toBeLessThanOrEqual(concurrency ?? Number.POSITIVE_INFINITY)
    expect(all.filter((one) => one.step === step).length).toBeLessThanOrEqual(part.concurrency)
    expect(all.filter(({ lane }) => lane === 'one').length).toBeLessThanOrEqual(capacity)
    expect(all.filter(({ lane }) => lane === 'two').length).toBeLessThanOrEqual(2)
    for (const key of ['0', '1', '2']) {
      const sharing = all.filter((one) => one.lane === 'one' && one.key === key)
      expect(sharing.length).toBeLessThanOrEqual(2)
    }
  }

  #called(): void {
    this.#calls += 1
    if (this.#calls === this.#given.stop?.within) this.stop()
  }
}

function optionsOf(part: Part & { readonly kind: 'step' | 'flatMap' }): {
  readonly concurrency: number
  readonly lane: string
  readonly timeoutMs: number
  readonly laneKey?: (value: Value) => string
} {
  const { concurrency, lane, isKeyed } = part
  return { concurrency, lane, timeoutMs: 300, ...(isKeyed ? { laneKey: keyOf } : {}) }
}

export function numberOf(value: Value): number {
  return 'path' in value ? value.number : value.reduce<number>((sum, one) => sum + numberOf(one), 0)
}

export function pathsOf(value: Value): string[] {
  return 'path' in value ? [value.path] : value.flatMap(pathsOf)
}

function keyOf(value: Value): string {
  return String(numberOf(value) % 3)
}
