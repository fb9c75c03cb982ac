/**
 * The items of `source` until it ends or the signal aborts, also in the middle of a wait. Ends without an error then.
 * However it ends, the source is closed: a Node stream by `destroy()`, anything else by its iterator's `return()`.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    while (true) {
      const next = await nextUnlessAborted(iterator, signal)
      if (next === undefined || next.done) return
      yield next.value
    }
  } finally {
    close(source, iterator)
  }
}

/** A listener per pull, removed after it: racing one lasting promise would keep every chunk's reaction for ever. */
function nextUnlessAborted<T>(
  iterator: AsyncIterator<T>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<T> | undefined> {
  if (signal === undefined) return iterator.next()
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
  })
}

function close<T>(source: AsyncIterable<T>, iterator: AsyncIterator<T>): void {
  // A stream's own `return()` would queue behind the pending read, so nobody waits for it, and destroy() comes first.
  if ('destroy' in source && typeof source.destroy === 'function') source.destroy()
  iterator.return?.().catch(() => undefined)
}
