import { randomUUID } from 'node:crypto'
import type { Remote } from 'comlink'
import { Failure } from '../../src/core/failure.ts'
import type {
  Embedded,
  HostApi,
  HostListener,
  ModelSpec,
  OpenModel,
  Prompt,
  Reply,
  TextDelta,
  TokenCount,
  Written,
} from '../../workers/llama/protocol.ts'
import type { Connection, StartHost } from './connection.ts'
import type { LaneSizes } from './lane-sizes.ts'

/** What a caller of `generate` is told under way. */
export interface Watcher {
  begun(): void
  delta(delta: TextDelta): void
  /** When it failed: what it used until then. */
  used(count: TokenCount): void
}

const maxRestarts = 3
const firstDelayMs = 100
/** What was given up is tried again after so long, in milliseconds. */
const restMs = 60_000
/** A host that has not ended a cancelled call by then hangs, in milliseconds. Between two looks at the signal lies a part of a prompt. */
const patienceMs = 60_000

/**
 * The models of a runtime, as the main thread sees them: starts their host when the first is needed, and again when it was lost.
 * After the third restart without one answered call in between it gives up, for a minute.
 */
export class ModelHost implements AsyncDisposable {
  readonly lanes: LaneSizes
  /** Of its own among the hosts of this process. */
  readonly id: string = randomUUID()
  readonly #start: StartHost
  readonly #watchers = new Map<string, Watcher>()
  readonly #gone = new WeakSet<Connection>()
  /** Rejects the calls that are under way. */
  readonly #lost = new Set<(failure: Failure) => void>()
  #connection: Promise<Connection> | undefined
  /** Hosts that were lost since one last wrote or embedded: one that only opens its model, and dies of the rest, is no good. */
  #losses = 0
  #lostAt = 0
  #calls = 0
  #lastId = 0

  constructor(start: StartHost, lanes: LaneSizes) {
    this.#start = start
    this.lanes = lanes
  }

  /** Opens a model, unless it is open. @throws Failure `MODEL_UNKNOWN`, `MODEL_UNAVAILABLE`, `MODEL_TOO_LARGE`, `MODEL_LOST` */
  load(spec: ModelSpec, signal: AbortSignal): Promise<OpenModel> {
    return this.#call(signal, (host, id) => host.load(id, spec))
  }

  /** @throws Failure what `load` throws, `REQUEST_REFUSED`; the signal's reason, once the context is free */
  async generate(spec: ModelSpec, prompt: Prompt, signal: AbortSignal, watcher: Watcher): Promise<Written> {
    const written = await this.#call(signal, (host, id) => host.generate(id, spec, prompt), watcher)
    this.#losses = 0
    return written
  }

  /** @throws Failure as `generate` does */
  async embed(spec: ModelSpec, texts: readonly string[], signal: AbortSignal): Promise<Embedded> {
    const embedded = await this.#call(signal, (host, id) => host.embed(id, spec, texts))
    this.#losses = 0
    return embedded
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined)
    if (connection === undefined) return
    this.#hold(connection, 1)
    await connection.close()
  }

  async #call<T>(
    signal: AbortSignal,
    work: (host: Remote<HostApi>, id: string) => Promise<Reply<T>>,
    watcher?: Watcher,
  ): Promise<T> {
    signal.throwIfAborted()
    let connection = await this.#connect()
    while (this.#gone.has(connection)) connection = await this.#connect()
    signal.throwIfAborted()
    const id = String(++this.#lastId)
    if (watcher !== undefined) this.#watchers.set(id, watcher)
    const { host } = connection
    let watchdog: NodeJS.Timeout | undefined
    const cancel = (): void => {
      void host.cancel(id)
      watchdog = setTimeout(() => connection.kill?.(), patienceMs).unref()
    }
    signal.addEventListener('abort', cancel, { once: true })
    // Comlink would wait for ever for the answer of a host that is no more.
    const lost = Promise.withResolvers<never>()
    this.#lost.add(lost.reject)
    this.#hold(connection, 1)
    try {
      const reply = await Promise.race([work(host, id), lost.promise])
      if (reply.ok) return reply.value
      if (reply.used !== undefined) watcher?.used(reply.used)
      signal.throwIfAborted()
      throw Failure.fromRecord(reply.failure)
    } finally {
      signal.removeEventListener('abort', cancel)
      clearTimeout(watchdog)
      this.#watchers.delete(id)
      this.#lost.delete(lost.reject)
      this.#hold(connection, -1)
    }
  }

  #hold(connection: Connection, change: 1 | -1): void {
    this.#calls += change
    if (this.#calls === 0) connection.release()
    else connection.hold()
  }

  #connect(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection
    const connecting = this.#begin()
    this.#connection = connecting
    const forget = (): void => {
      if (this.#connection === connecting) this.#connection = undefined
    }
    connecting.then((connection) => {
      void connection.gone.then((end) => {
        this.#losses += 1
        this.#lostAt = performance.now()
        this.#gone.add(connection)
        forget()
        for (const reject of this.#lost) reject(lostFailure(end, this.#losses))
      })
    }, forget)
    return connecting
  }

  async #begin(): Promise<Connection> {
    if (this.#losses > maxRestarts) {
      if (performance.now() - this.#lostAt < restMs) throw lostFailure('each time that it was started', this.#losses)
      this.#losses = 0
    }
    const delayMs = firstDelayMs * 2 ** (this.#losses - 1)
    if (this.#losses > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    return this.#start(this.#listener)
  }

  readonly #listener: HostListener = {
    begun: (id) => this.#watchers.get(id)?.begun(),
    delta: (id, delta) => this.#watchers.get(id)?.delta(delta),
  }
}

function lostFailure(end: string, losses: number): Failure {
  const retryable = losses <= maxRestarts
  const next = retryable
    ? 'it is started again'
    : `after ${maxRestarts} restarts in a row it is given up for ${restMs / 1_000} s`
  return new Failure('MODEL_LOST', `the host of the local model died (${end}): ${next}`, {
    retryable,
    kind: 'connection',
  })
}
