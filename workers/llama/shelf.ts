import type { OpenedModel } from './opened-model.ts'
import type { ModelSpec } from './protocol.ts'

interface Place {
  readonly model: Promise<OpenedModel>
  calls: number
  idle: NodeJS.Timeout | undefined
}

/** The models that are open, each once. One is opened at a time, so that each sees what memory the others have left. */
export class Shelf implements AsyncDisposable {
  readonly #open: (spec: ModelSpec) => Promise<OpenedModel>
  readonly #places = new Map<string, Place>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(open: (spec: ModelSpec) => Promise<OpenedModel>) {
    this.#open = open
  }

  /** @throws Failure what opening it threw: the next call tries again; the signal's reason while it is opened, which goes on */
  async use<R>(spec: ModelSpec, signal: AbortSignal, work: (model: OpenedModel) => Promise<R>): Promise<R> {
    const key = JSON.stringify(spec)
    let place = this.#places.get(key)
    if (place === undefined) {
      const opening: Place = { model: this.#inTurn(() => this.#open(spec)), calls: 0, idle: undefined }
      place = opening
      this.#places.set(key, opening)
      opening.model.catch(() => this.#forget(key, opening))
    }
    clearTimeout(place.idle)
    place.calls += 1
    try {
      return await work(await unlessAborted(place.model, signal))
    } finally {
      place.calls -= 1
      if (place.calls === 0) this.#startIdle(key, place, spec.idleTimeoutMs)
    }
  }

  /** Nothing may be under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#places].map(([key, place]) => this.#close(key, place)))
    await this.#last
  }

  #startIdle(key: string, place: Place, idleTimeoutMs: number | undefined): void {
    if (idleTimeoutMs === undefined) return
    place.idle = setTimeout(() => void this.#close(key, place), idleTimeoutMs)
    place.idle.unref()
  }

  async #close(key: string, place: Place): Promise<void> {
    clearTimeout(place.idle)
    this.#forget(key, place)
    await this.#inTurn(async () => {
      const model = await place.model.catch(() => undefined)
      await model?.[Symbol.asyncDispose]()
    })
  }

  /** Another may have taken its place. */
  #forget(key: string, place: Place): void {
    if (this.#places.get(key) === place) this.#places.delete(key)
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
