import type { FailureKind } from './provider.ts'

/**
 * What went wrong, as data: a stable `code` to match on, whether a retry may help, and the cause.
 *
 * Built-in codes are listed in `codes.ts`; a task may throw a Failure with a code of its own.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: string
  /** Whether the same attempt may succeed later. Only these are retried. */
  readonly retryable: boolean
  /** How long the other side asked us to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** What it is about, where a provider said no: its lane acts on it. */
  readonly kind: FailureKind | undefined
  /** Facts for programs: a status, a limit, an address. */
  readonly details: FailureDetails | undefined

  constructor(code: string, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
    this.kind = options.kind
    this.details = options.details
  }

  /** True for a Failure of any copy of this module: of another version of weft in the same process, say. */
  static is(value: unknown): value is Failure {
    try {
      return typeof value === 'object' && value !== null && brand in value
    } catch {
      return false
    }
  }

  /** Any thrown thing as a Failure: a Failure stays itself, everything else becomes the cause of a `TASK_FAILED`. */
  static from(thrown: unknown): Failure {
    if (Failure.is(thrown)) return thrown
    return new Failure('TASK_FAILED', messageOf(thrown), { cause: thrown })
  }

  /** Rebuilds a Failure that crossed a thread, a process or a file as a record. */
  static fromRecord(record: FailureRecord): Failure {
    const { code, message, cause, stack, ...options } = record
    const failure = new Failure(code, message, cause === undefined ? options : { ...options, cause: revive(cause) })
    if (stack !== undefined) failure.stack = stack
    return failure
  }

  /** The whole failure as plain data, its stack included: for a thread hop. */
  toRecord(): FailureRecord {
    return { ...this.toJSON(), ...(this.stack === undefined ? {} : { stack: this.stack }) }
  }

  /** The failure as it is printed: no stack. */
  toJSON(): FailureRecord {
    return describeFailure(this, 1)
  }
}

/** What a thrown thing says. Never throws itself, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message || thrown.name) : String(thrown)
  } catch {
    return 'something that cannot be shown'
  }
}

/** The code that Node's errors carry: `ENOENT`, `ECONNREFUSED`. */
export function errorCodeOf(thrown: unknown): string | undefined {
  const { code } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : undefined
}

export interface FailureOptions {
  readonly retryable?: boolean
  readonly retryAfterMs?: number
  readonly kind?: FailureKind
  readonly details?: FailureDetails
  readonly cause?: unknown
}

export type FailureDetails = Readonly<Record<string, string | number | boolean | null>>

/** A Failure as plain JSON data. */
export interface FailureRecord {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly kind?: FailureKind
  readonly details?: FailureDetails
  readonly cause?: CauseRecord
  readonly stack?: string
}

/** What caused a failure, as plain data: another failure, or an error that is not ours. */
export type CauseRecord = FailureRecord | ErrorRecord

export interface ErrorRecord {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly cause?: CauseRecord
}

// The brand stands on the prototype: it costs an instance nothing and holds for every copy of the class.
const brand = Symbol.for('weft.Failure')
Object.defineProperty(Failure.prototype, brand, { value: true })

/** Longest chain of causes that is described; a circular chain ends here too. */
const maxCauses = 8

function describeFailure(failure: Failure, depth: number): FailureRecord {
  return {
    code: failure.code,
    message: failure.message,
    retryable: failure.retryable,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    ...(failure.kind === undefined ? {} : { kind: failure.kind }),
    ...(failure.details === undefined ? {} : { details: failure.details }),
    ...describeCause(failure.cause, depth),
  }
}

function describeCause(cause: unknown, depth: number): { cause?: CauseRecord } {
  if (cause === undefined || depth >= maxCauses) return {}
  try {
    return { cause: Failure.is(cause) ? describeFailure(cause, depth + 1) : describeError(cause, depth + 1) }
  } catch {
    return { cause: { name: 'thrown', message: messageOf(cause) } }
  }
}

function describeError(thrown: unknown, depth: number): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: 'thrown', message: messageOf(thrown) }
  const code = errorCodeOf(thrown)
  return {
    name: thrown.name,
    message: messageOf(thrown),
    ...(code === undefined ? {} : { code }),
    ...describeCause(thrown.cause, depth),
  }
}

function revive(cause: CauseRecord): Error {
  if ('retryable' in cause) return Failure.fromRecord(cause)
  const error = new Error(cause.message, cause.cause === undefined ? undefined : { cause: revive(cause.cause) })
  error.name = cause.name
  return cause.code === undefined ? error : Object.assign(error, { code: cause.code })
}
