import type { Clock } from '../../src/core/clock.ts'

/** Most prefixes that are remembered. The one that was used longest ago is forgotten first. */
const maxPrefixes = 1000

/** How long the others wait for the first token of one, in milliseconds: then the next goes as well. */
const patienceMs = 30_000

/** An attempt that goes ahead, for the cache of its prefix is filled by it or is full already. */
export interface Ahead {
  /** Its first token has come: the provider has the prefix, and whoever waits may go. */
  arrived(): void
  /** It has ended. When no token has come, the next that waits goes ahead in its place. */
  ended(): void
}

interface Prefix {
  /** Until when the provider keeps it, by our clock. */
  warmUntil: number
  /** Who goes ahead alone. */
  leader: symbol | undefined
  /** In the order in which they came: each is told whether it leads now. */
  readonly waiting: Set<(leads: boolean) => void>
}

/** How to wait for something without keeping others from their work. */
export type Wait = <T>(promise: Promise<T>) => Promise<T>

/**
 * Which prefixes a provider has in its cache. It has one from the first token of an answer on: of many requests that share a prefix the
 * first goes alone until then, so that the rest are read from the cache instead of each writing it once more. One that gets no answer
 * holds nobody up for longer than half a minute.
 */
export class Prefixes {
  readonly #prefixes = new Map<string, Prefix>()
  readonly #ttlMs: number
  readonly #clock: Clock

  /** @param ttlMs how long the provider keeps a prefix after it was last used */
  constructor(ttlMs: number, clock: Clock) {
    this.#ttlMs = ttlMs
    this.#clock = clock
  }

  get size(): number {
    return this.#prefixes.size
  }

  /**
   * Resolves when a request with this prefix may be sent.
   *
   * @throws the signal's reason, when it is aborted, before or meanwhile; what `wait` throws
   */
  async enter(key: string, signal: AbortSignal, wait: Wait): Promise<Ahead> {
    signal.throwIfAborted()
    const prefix = this.#touch(key)
    const self = Symbol('attempt')
    if (prefix.leader !== undefined) await this.#follow(prefix, self, signal, wait)
    else if (this.#clock.now() >= prefix.warmUntil) prefix.leader = self
    // Only from here on: it may have had to wait for its slot.
    const patience = prefix.leader === self ? this.#clock.startTimer(() => passOn(prefix, self), patienceMs) : undefined
    patience?.hold(false)
    let isWarm = false
    return {
      arrived: () => {
        if (isWarm) return
        isWarm = true
        patience?.stop()
        prefix.warmUntil = this.#clock.now() + this.#ttlMs
        prefix.leader = undefined
        for (const go of [...prefix.waiting]) go(false)
      },
      ended: () => {
        patience?.stop()
        passOn(prefix, self)
      },
    }
  }

  async #follow(prefix: Prefix, self: symbol, signal: AbortSignal, wait: Wait): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const go = (leads: boolean): void => {
      prefix.waiting.delete(go)
      if (leads) prefix.leader = self
      resolve()
    }
    const giveUp = (): void => reject(signal.reason)
    prefix.waiting.add(go)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await wait(promise)
      signal.throwIfAborted()
    } catch (thrown) {
      prefix.waiting.delete(go)
      // It may have been told to lead, and given up, or found its lane stopped, before it could.
      passOn(prefix, self)
      throw thrown
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** The prefix, as the one that was used last. */
  #touch(key: string): Prefix {
    const known = this.#prefixes.get(key)
    const prefix: Prefix = known ?? { warmUntil: Number.NEGATIVE_INFINITY, leader: undefined, waiting: new Set() }
    this.#prefixes.delete(key)
    this.#prefixes.set(key, prefix)
    if (this.#prefixes.size > maxPrefixes) {
      // Whoever waits for it holds it; it is only not found any more.
      const [oldest] = this.#prefixes.keys()
      this.#prefixes.delete(oldest!)
    }
    return prefix
  }
}

/** A leader that ends or takes too long, and nobody else, has the next one lead in its place; where none waits, whoever comes. */
function passOn(prefix: Prefix, self: symbol): void {
  if (prefix.leader !== self) return
  prefix.leader = undefined
  const [next] = prefix.waiting
  next?.(true)
}
