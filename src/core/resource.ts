/**
 * Something that all tasks of a runtime share, opened when the first asks for it and closed with the runtime: a client, a loaded model.
 * The description is inert and bound to no runtime; its identity is the key.
 */
export interface Resource<R extends AsyncDisposable> {
  /** For messages. */
  readonly name: string
  /** @param services of the runtime that it is opened in */
  open(services: ResourceServices): R | Promise<R>
}

/** What a runtime lends to the resources that are opened in it. */
export interface ResourceServices {
  /** Over the runtime's own connections, without limits on time: the attempt has those. Any address is allowed, loopback too. */
  readonly fetch: typeof globalThis.fetch
  /** Cores that this process may use. */
  readonly cores: number
  /** Address of the module that a model host runs, on a thread or in a process of its own. */
  readonly modelHost: URL
  /** @throws Failure `INVALID_OPTION` when there is no lane of this name */
  lane(name: string): LaneControl
}

/** A lane as a resource may set it. */
export interface LaneControl {
  /** Leases at the same time, at most. */
  readonly capacity: number
  /**
   * @param capacity at least 1
   * @throws Failure `INVALID_OPTION` when it is not
   */
  resize(capacity: number): void
  /**
   * Whether each of its leases takes one of the cores that the lanes `cpu` and `local` share. To be set to false where the work is done
   * elsewhere: on a GPU. Other lanes share none.
   */
  sharesCores: boolean
}
