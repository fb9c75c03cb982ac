import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Policy } from '../../src/core/policy.ts'
import { deadline, quorum } from '../../src/flow/run/policy.ts'
import {
  createRuntime,
  Failure,
  type LaneLimits,
  type MapOptions,
  type Outcome,
  type Patterns,
  type Run,
  type Runtime,
  type TaskContext,
} from '../../src/index.ts'
import { burstFor } from '../../src/schedule/token-bucket.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

/** How one task behaves. Where it has a child, it starts it half way. */
interface Behaviour {
  readonly tookMs: number
  readonly ends: 'done' | 'throws' | 'retryable once' | 'retryable always' | 'hangs' | 'synchronously'
  readonly laneKey: 'k' | 'l' | undefined
  readonly tokens: number
  readonly child: Node | undefined
  readonly awaits: boolean
}

/** A run: at the top, or a child of a task. */
interface Node {
  readonly lane: 'a' | 'b'
  readonly how: 'map' | 'stream' | 'ordered stream'
  readonly source: 'array' | 'generator' | 'async generator'
  readonly tasks: readonly Behaviour[]
  readonly concurrency: number | undefined
  readonly priority: number
  readonly policy: 'settle' | 'fail-fast' | 'quorum' | 'deadline'
  readonly maxTasks: number | undefined
  readonly wallMs: number | undefined
  readonly hedged: boolean
  readonly shared: boolean
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 })

const node = (depth: number): fc.Arbitrary<Node> =>
  fc.record({
    lane: fc.constantFrom('a', 'b'),
    how: fc.constantFrom('map', 'map', 'stream', 'ordered stream'),
    source: fc.constantFrom('array', 'array', 'generator', 'async generator'),
    tasks: fc.array(behaviour(depth), { maxLength: depth === 2 ? 8 : 4 }),
    concurrency: maybe(fc.integer({ min: 1, max: 3 })),
    priority: fc.integer({ min: 0, max: 1 }),
    policy: fc.constantFrom('settle', 'settle', 'settle', 'fail-fast', 'quorum', 'deadline'),
    maxTasks: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 5 }),
    wallMs: fc.option(fc.integer({ min: 1, max: 1_500 }), { nil: undefined, freq: 5 }),
    hedged: fc.boolean(),
    shared: fc.boolean(),
  })

const behaviour = (depth: number): fc.Arbitrary<Behaviour> =>
  fc.record({
    tookMs: fc.integer({ min: 0, max: 350 }),
    ends: fc.constantFrom(
      'done',
      'done',
      'done',
      'throws',
      'retryable once',
      'retryable always',
      'hangs',
      'synchronously',
    ),
    laneKey: fc.constantFrom('k', 'l', undefined),
    tokens: fc.integer({ min: 0, max: 20 }),
    child: depth === 0 ? fc.constant(undefined) : maybe(node(depth - 1)),
    awaits: fc.boolean(),
  })

const laneLimits = fc.record(
  {
    concurrency: fc.integer({ min: 1, max: 4 }),
    requestsPerMinute: fc.integer({ min: 300, max: 6_000 }),
    inputTokensPerMinute: fc.integer({ min: 2_000, max: 60_000 }),
    perKey: fc.record(
      { concurrency: fc.integer({ min: 1, max: 2 }), requestsPerMinute: fc.integer({ min: 200, max: 3_000 }) },
      { requiredKeys: ['concurrency'] },
    ),
  },
  { requiredKeys: ['concurrency', 'perKey'] },
)

const disturbance = fc.record({
  afterMs: fc.integer({ min: 0, max: 600 }),
  what: fc.constantFrom('cancel', 'drain', 'pause', 'pause', 'pause a lane', 'drain a lane', 'abort', 'resume all'),
  which: fc.nat(2),
})

const scenario = fc.record({
  roots: fc.array(node(2), { minLength: 1, maxLength: 3 }),
  a: laneLimits,
  b: laneLimits,
  disturbances: fc.array(disturbance, { maxLength: 6 }),
})

const timeoutMs = 300
const maxAttempts = 3

describe('trees of runs on shared lanes, whatever their tasks do and whoever stops or pauses what', () => {
  it('end, lose and double nothing, pass no limit at any moment, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ roots, a, b, disturbances }) => {
        const world = await World.create({ a, b })
        const started = roots.map((root) => world.start(world.weft, root))
        await rest()
        for (const { afterMs, what, which } of disturbances) {
          await world.clock.advance(afterMs)
          world.disturb(what, started[which % started.length]!, which)
        }
        world.resumeAll()
        const all = Promise.all(started.map(({ outcomes }) => outcomes))
        let isOver = false
        void all.then(() => {
          isOver = true
        })
        for (let step = 0; step < 400 && !isOver; step += 1) await world.clock.advance(500)
        if (!isOver) expect.fail(`stands still: ${JSON.stringify(world.weft.lanes())}`)
        await all
        await world.end()
      }),
      { numRuns: 800, includeErrorInReport: true },
    )
  })
})

class Started {
  readonly node: Node
  readonly controller: AbortController = new AbortController()
  run!: Run
  outcomes: Promise<void> = Promise.resolve()
  /** What must not begin any more, for now or for good: its own tasks (drained), or those of its children, too. */
  paused = false
  drained = false
  cancelled = false

  constructor(node: Node) {
    this.node = node
  }
}

/** A runtime, and all that is known of it from the outside. */
class World {
  readonly clock: ManualClock
  readonly weft: Runtime
  /** Attempts that hold a lease. */
  readonly #holding = new Set<{ readonly lane: string; readonly key: string | undefined }>()
  readonly #mirrors: ReadonlyMap<string, LaneMirror>
  /** Executions by single-flight key, and how often each task began. */
  readonly #flying = new Map<string, number>()
  readonly #begun = new Map<string, number>()
  readonly #pausedLanes = new Set<string>()
  readonly #all: Started[] = []
  /** What was found in a task, where throwing it would only fail the task. */
  #wrong: unknown

  private constructor(weft: Runtime, clock: ManualClock, lanes: Readonly<Record<string, LaneLimits>>) {
    this.weft = weft
    this.clock = clock
    this.#mirrors = new Map(Object.entries(lanes).map(([name, limits]) => [name, new LaneMirror(limits)]))
  }

  static async create(lanes: Readonly<Record<string, LaneLimits>>): Promise<World> {
    const clock = new ManualClock()
    return new World(await createRuntime({ clock, random: () => 0.5, lanes }), clock, lanes)
  }

  start(patterns: Patterns, node: Node, above: readonly Started[] = [], awaits = true): Started {
    const started = new Started(node)
    const lineage = [started, ...above]
    this.#all.push(started)
    const { lane, how, concurrency, priority, maxTasks, wallMs, hedged, shared } = node
    const options: MapOptions<Behaviour> = {
      lane,
      priority,
      timeoutMs,
      signal: started.controller.signal,
      laneKey: (task) => task.laneKey,
      estimate: (task) => ({ inputTokens: task.tokens }),
      retry: { maxAttempts, baseDelayMs: 100 },
      policy: policyOf(node),
      ...(concurrency && { concurrency }),
      ...((maxTasks ?? wallMs) !== undefined && {
        budget: { ...(maxTasks !== undefined && { tasks: maxTasks }), ...(wallMs && { wallMs }) },
      }),
      ...(hedged && { hedge: { afterMs: 120, maxExtra: 0.5 } }),
      ...(shared && { kind: 'shared', key: (task) => (task.child ? undefined : `${task.ends} ${task.laneKey}`) }),
    }
    const items = { array: node.tasks, generator: generate(node.tasks), 'async generator': generateLater(node.tasks) }
    const work = (task: Behaviour, context: TaskContext): unknown => this.#attempt(lineage, task, context)
    const source = items[node.source]
    const run =
      how === 'map'
        ? patterns.map(source, work, options)
        : patterns.stream(source, work, { ...options, ordered: how === 'ordered stream' })
    started.run = run
    // To look is to await: a child that is not awaited is not looked at.
    if (awaits) started.outcomes = collect(run as never).then((all) => this.#note(() => this.#check(started, all)))
    return started
  }

  disturb(what: string, root: Started, which: number): void {
    const lane = (['a', 'b'] as const)[which % 2]!
    if (what === 'cancel' || what === 'abort') {
      root.cancelled = true
      if (what === 'abort') root.controller.abort(new Error('stopped'))
      else root.run.cancel('stopped')
    } else if (what === 'drain') {
      root.drained = true
      root.run.drain('stopped')
    } else if (what === 'pause') {
      root.paused = true
      root.run.pause()
    } else if (what === 'resume all') this.resumeAll()
    else {
      this.#pausedLanes.add(lane)
      if (what === 'pause a lane') this.weft.lane(lane).pause()
      else void this.weft.lane(lane).drain()
    }
  }

  resumeAll(): void {
    for (const lane of this.#pausedLanes) {
      this.#pausedLanes.delete(lane)
      this.weft.lane(lane).resume()
    }
    for (const started of this.#all) {
      started.paused = false
      started.run.resume()
    }
  }

  /** All runs are over. */
  async end(): Promise<void> {
    if (this.#wrong !== undefined) throw this.#wrong
    // Whatever was given up ends some time.
    await this.clock.advance(1_000)
    expect(this.#holding.size).toBe(0)
    for (const lane of this.weft.lanes()) expect(lane.toJSON()).toMatchObject({ running: 0, waiting: 0, paused: false })
    for (const { run, controller } of this.#all) {
      expect(getEventListeners(controller.signal, 'abort')).toEqual([])
      expect(run.progress).toMatchObject({ running: 0, waiting: 0 })
    }
    await this.weft.close()
    expect(this.clock.pending).toBe(0)
  }

  #attempt(lineage: readonly Started[], task: Behaviour, context: TaskContext): unknown {
    const [own] = lineage as readonly [Started]
    const { node } = own
    this.#mayBegin(lineage, task, context)
    const holder = { lane: node.lane, key: task.laneKey }
    this.#hold(holder)
    const flight =
      node.shared && lineage.length === 1 && !node.hedged && !task.child ? `${task.ends} ${task.laneKey}` : undefined
    if (flight !== undefined) this.#fly(flight, 1)
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      this.#holding.delete(holder)
      if (flight !== undefined) this.#fly(flight, -1)
    }
    context.signal.addEventListener('abort', over)
    context.addUsage({ inputTokens: task.tokens })
    const end = (): string => {
      over()
      if (task.ends === 'throws') throw new Error('broken')
      if (task.ends === 'retryable always') throw new Failure('BUSY', 'busy', { retryable: true })
      if (task.ends === 'retryable once' && context.attempt === 1)
        throw new Failure('BUSY', 'busy', { retryable: true })
      return context.id
    }
    if (task.ends === 'synchronously') return end()
    const go = async (): Promise<string> => {
      await this.#pass(task.tookMs / 2)
      if (task.child !== undefined) {
        if (task.awaits) this.#holding.delete(holder)
        const child = this.start(context.run, task.child, lineage, task.awaits)
        if (task.awaits) {
          await child.outcomes
          if (!isOver) this.#hold(holder)
        }
      }
      await this.#pass(task.tookMs / 2)
      return end()
    }
    return task.ends === 'hangs' ? new Promise(() => {}) : go()
  }

  #mayBegin(lineage: readonly Started[], task: Behaviour, context: TaskContext): void {
    this.#note(() => {
      const [own] = lineage as readonly [Started]
      for (const started of lineage) expect(started.paused || started.cancelled).toBe(false)
      expect(own.drained).toBe(false)
      expect(this.#pausedLanes.has(own.node.lane)).toBe(false)
      const times = (this.#begun.get(context.id) ?? 0) + 1
      this.#begun.set(context.id, times)
      if (own.node.hedged) expect(times).toBeLessThanOrEqual(2 * maxAttempts)
      else expect(times).toBe(context.attempt)
      this.#mirrors.get(own.node.lane)!.take(task, this.clock.now())
    })
  }

  #hold(holder: { readonly lane: string; readonly key: string | undefined }): void {
    this.#holding.add(holder)
    this.#note(() => {
      const { concurrency, perKey } = this.#mirrors.get(holder.lane)!.limits
      const there = [...this.#holding].filter(({ lane }) => lane === holder.lane)
      expect(there.length).toBeLessThanOrEqual(concurrency as number)
      expect(this.weft.lane(holder.lane).running).toBeLessThanOrEqual(concurrency as number)
      if (holder.key === undefined) return
      expect(there.filter(({ key }) => key === holder.key).length).toBeLessThanOrEqual(perKey!.concurrency!)
    })
  }

  #fly(key: string, change: 1 | -1): void {
    const flying = (this.#flying.get(key) ?? 0) + change
    this.#note(() => expect(flying).toBeLessThanOrEqual(1))
    this.#flying.set(key, flying)
  }

  #note(check: () => void): void {
    try {
      check()
    } catch (wrong) {
      this.#wrong ??= wrong
    }
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.startTimer(resolve, ms))
  }

  #check({ node, run }: Started, all: readonly Outcome<unknown, Behaviour>[]): void {
    const { tally, children, attempts, usage } = run.stats()
    expect(all.every((outcome) => outcome !== undefined)).toBe(true)
    expect(new Set(all.map(({ index }) => index)).size).toBe(all.length)
    expect(tally.in).toBe(all.length)
    expect(tally.done + tally.failed + tally.skipped + tally.cancelled).toBe(tally.in)
    for (const status of ['done', 'failed', 'skipped', 'cancelled'] as const) {
      expect(tally[status]).toBe(all.filter((outcome) => outcome.status === status).length)
    }
    if (node.source === 'array') expect(all.length).toBe(node.tasks.length)
    else expect(all.length).toBeLessThanOrEqual(node.tasks.length)
    if (node.how !== 'stream') expect(all.map(({ index }) => index)).toEqual(all.map((_, index) => index))
    if (node.maxTasks !== undefined)
      expect(all.filter((one) => one.attempts > 0).length).toBeLessThanOrEqual(node.maxTasks)
    if (children.in === 0) {
      expect(attempts).toBe(all.reduce((sum, outcome) => sum + outcome.attempts, 0))
      expect(usage.inputTokens).toBe(all.reduce((sum, outcome) => sum + outcome.usage.inputTokens, 0))
    }
    for (const { attempts, usage, input } of all) expect(usage.inputTokens).toBe(attempts * input.tokens)
  }
}

/** Buckets that count in another way than the lane does: they fill in steps, whenever somebody takes. */
class LaneMirror {
  readonly limits: LaneLimits
  readonly #buckets = new Map<string, { level: number; at: number }>()

  constructor(limits: LaneLimits) {
    this.limits = limits
  }

  take({ laneKey, tokens }: Behaviour, now: number): void {
    const { requestsPerMinute, inputTokensPerMinute, perKey } = this.limits
    this.#take('requests', requestsPerMinute, 1, now)
    // Of tokens, six seconds' worth come at once.
    this.#take('tokens', inputTokensPerMinute, tokens, now, (perMinute) => perMinute / 10)
    if (laneKey !== undefined) this.#take(`key ${laneKey}`, perKey!.requestsPerMinute, 1, now)
  }

  #take(name: string, perMinute: number | undefined, cost: number, now: number, burstOf = burstFor): void {
    if (perMinute === undefined) return
    const share = 0.8 * perMinute
    const burst = burstOf(share)
    const { level, at } = this.#buckets.get(name) ?? { level: burst, at: 0 }
    const left = Math.min(burst, level + ((now - at) * share) / 60_000) - cost
    // What is more than a bucket ever holds is taken when it is full.
    expect(left).toBeGreaterThanOrEqual(Math.min(0, burst - cost) - 1e-6)
    this.#buckets.set(name, { level: left, at: now })
  }
}

function policyOf({ policy }: Node): Policy {
  if (policy === 'quorum') return quorum(2)
  return policy === 'deadline' ? deadline(700) : policy
}

function* generate<T>(items: readonly T[]): Generator<T> {
  yield* items
}

async function* generateLater<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function collect(
  run: AsyncIterable<Outcome<unknown, Behaviour>> & PromiseLike<Outcome<unknown, Behaviour>[]>,
): Promise<Outcome<unknown, Behaviour>[]> {
  if ('then' in run) return run
  const all: Outcome<unknown, Behaviour>[] = []
  for await (const outcome of run as AsyncIterable<Outcome<unknown, Behaviour>>) all.push(outcome)
  return all
}
