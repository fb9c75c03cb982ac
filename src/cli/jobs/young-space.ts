import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Of each half, in MB. What a run has under way fits in well; where it does not, collecting takes longer, and nothing else changes. */
const mainMb = 8
const threadMb = 16

const lookEveryMs = 50

/**
 * Bounds the memory for what is young in this process. A run makes short-lived things by the million, and V8 would let them take 128 MB on
 * each thread before it collects: memory that is taken and good for nothing. It has no option for a process that is under way, but one by how much
 * that memory grows at a time: once the main thread has enough, that is not at all. Threads made from now on begin with as much as they get.
 */
export function boundYoungSpace(): Disposable {
  setFlagsFromString(`--min-semi-space-size=${threadMb}`)
  const watch = setInterval(() => {
    if (youngBytes() < 2 * mainMb * 2 ** 20) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(watch)
  }, lookEveryMs).unref()
  return { [Symbol.dispose]: () => clearInterval(watch) }
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0
}
