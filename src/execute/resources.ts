import { Failure } from '../core/failure.ts'
import type { Resource, ResourceServices } from '../core/resource.ts'

/** What the tasks of a runtime share. Each is opened once, by whoever asks first; all are closed in reverse order. */
export class Resources implements AsyncDisposable {
  readonly #services: ResourceServices
  readonly #open = new Map<Resource<AsyncDisposable>, Promise<AsyncDisposable>>()
  #closing: Promise<void> | undefined

  constructor(services: ResourceServices) {
    this.#services = services
  }

  /** @throws Failure what opening it threw: whoever asks next tries again; `RUNTIME_CLOSED` */
  open<R extends AsyncDisposable>(resource: Resource<R>): Promise<R> {
    if (this.#closing !== undefined) {
      return Promise.reject(new Failure('RUNTIME_CLOSED', `${resource.name}: the runtime was closed`))
    }
    const known = this.#open.get(resource)
    if (known !== undefined) return known as Promise<R>
    const opened = Promise.resolve().then(() => resource.open(this.#services))
    this.#open.set(resource, opened)
    opened.catch(() => this.#open.delete(resource))
    return opened
  }

  /** Closes even what is still being opened, and all of them though one fails; then it throws the first failure. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await using stack = new AsyncDisposableStack()
    for (const opened of this.#open.values()) {
      stack.defer(async () => {
        const resource = await opened.catch(() => undefined)
        await resource?.[Symbol.asyncDispose]()
      })
    }
  }
}
