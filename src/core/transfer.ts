const marked = new WeakMap<object, readonly ArrayBuffer[]>()

/**
 * Marks which buffers of a value are moved to the other thread instead of copied. After the hop they are detached here.
 * Use it on the input of a worker task, or on what a worker function returns.
 */
export function transfer<T extends object>(value: T, buffers: readonly ArrayBuffer[]): T {
  marked.set(value, buffers)
  return value
}

/** The buffers that `transfer` named for this value; none for any other value. */
export function transferList(value: unknown): readonly ArrayBuffer[] {
  return (typeof value === 'object' && value !== null && marked.get(value)) || []
}
