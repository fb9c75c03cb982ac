/** A promise as it is, any other thenable as a promise: that adopts it whatever it does, and calls back once. */
export function adopted<T>(result: T | PromiseLike<T>): T | Promise<T> {
  if (isPromise(result) || (typeof result !== 'object' && typeof result !== 'function') || result === null)
    return result
  return 'then' in result ? Promise.resolve(result) : (result as T)
}

export function isPromise<T>(result: T | PromiseLike<T>): result is Promise<T> {
  return result instanceof Promise
}
