const last = new Set<LastWork>()

/** What is to be done when the program ends, in two steps: the second of one comes after the first of all. */
export interface LastWork {
  begin(): void
  finish(): void
}

/**
 * One listener of `process` for all: a program may have many runtimes, and Node warns of many listeners.
 *
 * @returns takes it back
 */
export function inLastMoments(work: LastWork): () => void {
  if (last.size === 0) process.once('exit', endAll)
  last.add(work)
  return () => {
    if (last.delete(work) && last.size === 0) process.off('exit', endAll)
  }
}

function endAll(): void {
  for (const work of last) work.begin()
  for (const work of last) work.finish()
}
