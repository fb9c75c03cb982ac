import { measureContender, noop } from './contender.ts'

// A process of `map-overhead` and of the peers: the first argument says whose map it is. Only that library is loaded.

const concurrency = 100

const contenders: Readonly<Record<string, () => Promise<(items: readonly number[]) => Promise<number>>>> = {
  'weft map': async () => {
    const { createRuntime } = await import('../../src/index.ts')
    const weft = await createRuntime()
    return async (items) => (await weft.map(items, noop, { concurrency })).length
  },
  'p-map': async () => {
    const { default: pMap } = await import('p-map')
    return async (items) => (await pMap(items, noop, { concurrency })).length
  },
  'p-limit': async () => {
    const { default: pLimit } = await import('p-limit')
    return async (items) => {
      const limit = pLimit(concurrency)
      return (await Promise.all(items.map((item) => limit(() => noop(item))))).length
    }
  },
  'p-queue': async () => {
    const { default: PQueue } = await import('p-queue')
    return async (items) => {
      const queue = new PQueue({ concurrency })
      return (await Promise.all(items.map((item) => queue.add(() => noop(item))))).length
    }
  },
  'Promise.all, unbounded': async () => async (items) => (await Promise.all(items.map(noop))).length,
}

await measureContender(await contenders[process.argv[2]!]!())
