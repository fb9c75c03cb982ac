import { Failure, messageOf } from '../../core/failure.ts'
import type { Source } from '../../core/run.ts'
import { Points } from './grid.ts'

/** Reads a source one item at a time, whatever kind it is. */
export interface Cursor<I> {
  /** How many items there are in all, where that is known from the start. */
  readonly total: number | undefined
  /** Whether it is known, without asking, that there are no more. */
  readonly isAtEnd: boolean
  /**
   * `item`: it stands in `current`. `later`: `arrived` is called once it makes sense to ask again. `end`: there are no more.
   *
   * @throws Failure `SOURCE_FAILED`
   */
  advance(): 'item' | 'later' | 'end'
  readonly current: I
  /** Lets the source clean up. Nothing is read after it. */
  close(): void
}

/** @throws Failure `INVALID_INPUT` when it is not a source */
export function openCursor<I>(source: Source<I>, arrived: () => void): Cursor<I> {
  if (Array.isArray(source)) return new ArrayCursor<I>(source)
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return new AsyncCursor(source, arrived)
    if (Symbol.iterator in source) return new IterableCursor(source)
  }
  const got = source === null ? 'null' : typeof source === 'string' ? 'a string (put it into an array)' : typeof source
  throw new Failure('INVALID_INPUT', `expected an array, an iterable or an async iterable of inputs, got ${got}`)
}

class ArrayCursor<I> implements Cursor<I> {
  readonly total: number
  readonly #items: readonly I[]
  #next = 0

  constructor(items: readonly I[]) {
    this.#items = items
    this.total = items.length
  }

  get current(): I {
    return this.#items[this.#next - 1] as I
  }

  get isAtEnd(): boolean {
    return this.#next === this.total
  }

  advance(): 'item' | 'end' {
    if (this.#next === this.total) return 'end'
    this.#next += 1
    return 'item'
  }

  // A cancelled run still reads the rest of an array: each item gets its outcome.
  close(): void {}
}

class IterableCursor<I> implements Cursor<I> {
  readonly total: number | undefined
  // A set may have grown meanwhile.
  readonly isAtEnd = false
  readonly #iterator: Iterator<I>
  current!: I

  constructor(source: Iterable<I>) {
    this.total = isCounted(source) ? source.size : undefined
    this.#iterator = guarded(() => source[Symbol.iterator]())
  }

  advance(): 'item' | 'end' {
    const step = guarded(() => {
      const { done, value } = this.#iterator.next()
      return { done, value }
    })
    if (step.done) return 'end'
    this.current = step.value
    return 'item'
  }

  close(): void {
    try {
      this.#iterator.return?.()
    } catch {
      // The run is over for this source, however badly it takes it.
    }
  }
}

function isCounted(source: object): source is { readonly size: number } {
  return source instanceof Set || source instanceof Map || source instanceof Points
}

/** Asks for the next item only when one is wanted: never more than one is asked for and not taken. */
class AsyncCursor<I> implements Cursor<I> {
  readonly total = undefined
  readonly isAtEnd = false
  readonly #iterator: AsyncIterator<I>
  readonly #arrived: () => void
  #state: 'idle' | 'asking' | 'arrived' | 'ended' | 'failed' | 'closed' = 'idle'
  #failure: Failure | undefined
  current!: I

  constructor(source: AsyncIterable<I>, arrived: () => void) {
    this.#iterator = guarded(() => source[Symbol.asyncIterator]())
    this.#arrived = arrived
  }

  advance(): 'item' | 'later' | 'end' {
    if (this.#state === 'arrived') {
      this.#state = 'idle'
      return 'item'
    }
    if (this.#failure !== undefined) throw this.#failure
    if (this.#state === 'ended' || this.#state === 'closed') return 'end'
    if (this.#state === 'idle') void this.#ask()
    return 'later'
  }

  close(): void {
    if (this.#state === 'ended' || this.#state === 'failed' || this.#state === 'closed') return
    this.#state = 'closed'
    // Not awaited: a source that hangs in `next` would answer `return` only after it.
    void Promise.try(() => this.#iterator.return?.()).catch(() => {})
  }

  async #ask(): Promise<void> {
    this.#state = 'asking'
    try {
      const step = await this.#iterator.next()
      if (this.#isClosed()) return
      if (step.done) this.#state = 'ended'
      else {
        this.current = step.value
        this.#state = 'arrived'
      }
    } catch (thrown) {
      if (this.#isClosed()) return
      this.#state = 'failed'
      this.#failure = sourceFailed(thrown)
    }
    this.#arrived()
  }

  #isClosed(): boolean {
    return this.#state === 'closed'
  }
}

function guarded<T>(step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    throw sourceFailed(thrown)
  }
}

function sourceFailed(thrown: unknown): Failure {
  return new Failure('SOURCE_FAILED', `the source of the inputs broke: ${messageOf(thrown)}`, { cause: thrown })
}
