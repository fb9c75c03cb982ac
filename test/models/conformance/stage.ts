import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Model, ModelContext } from '../../../models/model.ts'
import {
  createRuntime,
  Failure,
  type FailureKind,
  type LaneTask,
  type Runtime,
  type RuntimeOptions,
  type WeftEvent,
} from '../../../src/index.ts'

/** What a provider brings to its suite, whatever it can do. */
export interface Subject<M extends Model> {
  readonly model: M
  readonly runtime?: RuntimeOptions
  /** What must not be seen in anything that can be printed: a key, say. */
  readonly secret?: string
  /** Resolves when the other side holds nothing of ours any more: no connection, no sequence. Called after cancellations. */
  idle?(): Promise<void>
  dispose?(): Promise<void>
}

export interface ExpectedFailure<M, I> {
  readonly name: string
  /** Default: the subject's. One that cannot be reached, say. */
  readonly model?: M
  readonly input: I
  readonly code: string
  readonly kind: FailureKind
  readonly retryable: boolean
}

/** Runs a model through a real runtime, one for the whole suite. */
export class Stage<M extends Model, S extends Subject<M>> {
  #subject: S | undefined
  #weft: Runtime | undefined
  readonly #seen: unknown[] = []

  constructor(make: () => S | Promise<S>) {
    beforeAll(async () => {
      this.#subject = await make()
      const onEvent = (event: WeftEvent): void => void this.#seen.push(event)
      this.#weft = await createRuntime({ onEvent, ...this.#subject.runtime })
    })
    afterAll(async () => {
      const busy = (this.#weft?.lanes() ?? []).filter((lane) => lane.running + lane.waiting > 0)
      await this.#weft?.close()
      await this.#subject?.dispose?.()
      expect(busy).toEqual([])
    })
  }

  get subject(): S {
    return this.#subject!
  }

  get model(): M {
    return this.subject.model
  }

  /** One attempt on the model's lane, which must be done. */
  async done<O>(
    work: (context: ModelContext) => Promise<O>,
    model: M = this.model,
  ): Promise<{ readonly value: O; readonly usage: object }> {
    const [outcome] = await this.#weft!.map([undefined], this.#task(model, work), { retry: { maxAttempts: 1 } })
    this.#seen.push(outcome)
    if (outcome?.status === 'failed') throw outcome.failure
    if (outcome?.status !== 'done') throw new Error(`expected a value, the task was ${outcome?.status}`)
    const { bytes, ...usage } = outcome.usage
    return { value: outcome.value, usage }
  }

  /**
   * The run is cancelled before the work begins, or when it calls `begun`: its own promise must be rejected with the signal's reason.
   */
  async cancelled(
    work: (context: ModelContext, begun: () => void) => Promise<unknown>,
    when: 'before' | 'begun',
  ): Promise<void> {
    const ended = Promise.withResolvers<{ readonly thrown: unknown; readonly reason: unknown }>()
    const task = this.#task(this.model, async (context) => {
      await Promise.resolve()
      const cancel = (): void => run.cancel('the test has seen enough')
      if (when === 'before') cancel()
      const { signal } = context
      const thrown = await work(context, cancel).then(
        () => 'an answer',
        (thrown: unknown) => thrown,
      )
      ended.resolve({ thrown, reason: signal.reason })
    })
    const run = this.#weft!.map([undefined], task)
    const [outcome] = await run
    const { thrown, reason } = await ended.promise
    this.#seen.push(outcome, thrown)
    expect(outcome).toMatchObject({ status: 'cancelled' })
    expect(thrown).toBe(reason)
    expect(Failure.is(thrown)).toBe(true)
    await this.subject.idle?.()
  }

  /** The failure is caught in the attempt: what the lane makes of it is not the provider's. */
  async fails<I>(
    expected: ExpectedFailure<M, I>,
    work: (model: M, context: ModelContext) => Promise<unknown>,
  ): Promise<void> {
    const { name, code, kind, retryable, model = this.model } = expected
    const { value } = await this.done(async (context) => {
      const failure = await work(model, context).then(
        () => undefined,
        (thrown: unknown) => Failure.from(thrown),
      )
      return { name, code: failure?.code, kind: failure?.kind, retryable: failure?.retryable, failure }
    }, model)
    expect(value).toEqual({ name, code, kind, retryable, failure: expect.anything() })
    expect(value.failure?.message).toMatch(/.{10}/)
  }

  #task<O>(model: M, work: (context: ModelContext) => Promise<O>): LaneTask<undefined, O> {
    return { kind: 'lane-task', name: 'conformance', lane: model.lane, run: (_, context) => work(context) }
  }

  /** Last: the secret is in nothing that the suite has seen. */
  keepsSecrets(): void {
    test('its secret is in no outcome, event or picture of the model', () => {
      const { secret } = this.subject
      const pictures = [this.model, ...this.#seen].map((thing) => `${JSON.stringify(thing)}${everything(thing)}`)
      expect(this.#seen.length).toBeGreaterThan(0)
      if (secret !== undefined) expect(pictures.filter((picture) => picture.includes(secret))).toEqual([])
    })
  }
}

/** A test of the suite, or one that says why it is none. */
export function testUnless(skipped: string | undefined, name: string, run: () => Promise<void> | void): void {
  if (skipped === undefined) test(name, run)
  else test.skip(`${name} (skipped: ${skipped})`, run)
}

function everything(thing: unknown): string {
  return inspect(thing, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
  })
}
