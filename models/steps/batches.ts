/**
 * Texts in their order, in batches of at most `most` texts and about 256 KiB: enough to be worth a hop to another thread, little enough
 * that it is copied in a moment and that several threads have something to do.
 */
export function batchesOf(texts: readonly string[], most = 64): string[][] {
  const batches: string[][] = []
  let open: string[] = []
  let length = 0
  for (const text of texts) {
    if (open.length > 0 && (open.length >= most || length + text.length > maxLength)) {
      batches.push(open)
      open = []
      length = 0
    }
    open.push(text)
    length += text.length
  }
  if (open.length > 0) batches.push(open)
  return batches
}

/** In UTF-16 units. */
const maxLength = 131_072

/** Works on each, at most `width` at the same time, and gives what came of them in their order. The first failure is thrown. */
export async function mapBounded<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const goOn = async (): Promise<void> => {
    while (next < items.length) {
      const index = next
      next += 1
      results[index] = await work(items[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, goOn))
  return results
}
