import type { Clock } from './clock.ts'
import type { Notes } from './notes.ts'

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
  readonly clock: Clock
  /** A number in [0, 1). */
  random(): number
  /** What it is to remember beyond this process. */
  readonly notes: Notes
  /** @throws Failure `INVALID_OPTION` when there is no lane of this name */
  lane(name: string): LaneControl
}

/** A lane as a resource may set it. */
export interface LaneControl {
  /** How it sends: see `LaneLimits`. */
  readonly mode: LaneMode
  /** How it gathers and asks, in mode `batch`. */
  readonly batch: BatchLimits
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
  /**
   * How many of its attempts may hold a lease for others to begin: 0, and none begins. To be set while what waits for their end is as much
   * as may be held. Those on their way go on. At first all may that have a lease; in mode `batch` 16, and never more than 256.
   */
  room: number
  /** What its state says from now on, and whoever listens is told: what a provider does that works on requests for hours. */
  tell(why: string): void
}

/** `direct`: each request by itself, answered at once. `batch`: many together, in hours, at the price that the provider has for that. */
export type LaneMode = 'direct' | 'batch'

/** What a lane of mode `batch` puts into one batch, and how often it asks for it. */
export interface BatchLimits {
  /** Requests in a batch. Default, and what the API takes at most, 100 000. */
  readonly maxRequests: number
  /** Of a batch as it is sent. Default 256 000 000, which is what the API takes at most; half of `maxUnsentBytes` is sent at the latest. */
  readonly maxBytes: number
  /**
   * Most that is gathered, or on its way to the provider, in bytes. Then nothing more begins until something was sent; a request that is
   * larger alone goes alone. Default 64 000 000.
   */
  readonly maxUnsentBytes: number
  /**
   * Most that waits for answers, in bytes: the messages of each request, and 10 000 for its task. Then nothing more begins until something was
   * answered. Two to three times as much memory is used. Default: an eighth of the heap that V8 allows this process.
   */
  readonly maxWaitingBytes: number
  /** A batch is sent when nothing has come for so long, in milliseconds, or 5 minutes after its first request. Default 10 000. */
  readonly lingerMs: number
  /** How long until a batch is asked for first, in milliseconds. It grows to 5 minutes, with jitter. Default 30 000. */
  readonly pollMs: number
}
