import { afterEach, beforeEach, expect } from 'vitest'
import { type AnthropicOptions, anthropic } from '../../models/anthropic.ts'
import { memoryNotes, type Notes } from '../../src/core/notes.ts'
import {
  createRuntime,
  type Generation,
  generate,
  type LaneTask,
  type Outcome,
  type Runtime,
  type RuntimeOptions,
  type WeftEvent,
} from '../../src/index.ts'
import { type BatchesServer, startBatchesServer } from '../fixtures/claude-batches-server.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'

export const key = 'sk-night-0123456789'

/** A runtime whose lane sends in batches, as a process that can be killed: then it notes nothing more, and its time stands still. */
export interface Life {
  readonly weft: Runtime
  readonly clock: ManualClock
  readonly events: WeftEvent[]
  readonly ask: LaneTask<unknown, Generation>
  kill(): void
}

export interface LifeOptions extends Omit<RuntimeOptions, 'clock' | 'random' | 'onEvent'> {
  readonly notes?: Notes
  readonly batch?: NonNullable<NonNullable<RuntimeOptions['lanes']>[string]['batch']>
  readonly model?: AnthropicOptions
}

/** For each test a server, and the lives that begin against it: they are closed behind the test, and no timer may be left. */
export function nights(): { readonly server: BatchesServer; start(options?: LifeOptions): Promise<Life> } {
  let server: BatchesServer
  let lives: Life[]
  beforeEach(async () => {
    server = await startBatchesServer()
    lives = []
  })
  afterEach(async () => {
    for (const { weft, clock } of lives) {
      await weft.close()
      expect(clock.pending).toBe(0)
    }
    await server[Symbol.asyncDispose]()
  })
  return {
    get server() {
      return server
    },
    async start(options) {
      const life = await live(server, options)
      lives.push(life)
      return life
    },
  }
}

export async function live(server: BatchesServer, options: LifeOptions = {}): Promise<Life> {
  const { notes = memoryNotes(), batch, model, ...rest } = options
  const clock = new ManualClock()
  const events: WeftEvent[] = []
  let isKilled = false
  const never = new Promise<never>(() => {})
  const weft = await createRuntime({
    lanes: { anthropic: { mode: 'batch', ...(batch === undefined ? {} : { batch }) } },
    ...rest,
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    notes: {
      setNote: (name, text) => (isKilled ? never : notes.setNote(name, text)),
      notes: (prefix) => notes.notes(prefix),
    },
  })
  const claude = anthropic({ apiKey: key, baseURL: server.baseURL, ...model })
  return {
    weft,
    clock,
    events,
    ask: generate(claude) as LaneTask<unknown, Generation>,
    kill: () => {
      isKilled = true
    },
  }
}

const tooLongMs = 10 * 86_400_000

/** Lets time go on, in steps, until something has come: the server answers at its own pace. */
export async function passing<T>({ clock }: Pick<Life, 'clock'>, awaited: PromiseLike<T>, stepMs = 5_000): Promise<T> {
  const state = { isOver: false }
  const over = (): void => {
    state.isOver = true
  }
  awaited.then(over, over)
  const end = clock.now() + tooLongMs
  while (!state.isOver) {
    if (clock.now() > end) throw new Error('nothing came of it in ten days')
    await clock.advance(stepMs)
  }
  return awaited
}

export function texts(outcomes: readonly Outcome<Generation>[]): string[] {
  return outcomes.map((outcome) => (outcome.status === 'done' ? outcome.value.text : outcome.status))
}

export function codes(outcomes: readonly Outcome<unknown>[]): string[] {
  return outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.failure.code : outcome.status))
}

export function questions(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `question ${from + index}`)
}

export function answersTo(asked: readonly string[]): string[] {
  return asked.map((question) => `re: ${question}`)
}
