import { measureContender, noop } from './contender.ts'

// A process of `features-overhead`: the first argument says whose queue it is. Everything is on and nothing ever waits for a rate, a retry or a limit.

const concurrency = 100
const timeoutMs = 30_000
const priority = 1
const perSecond = 100_000_000

const contenders: Readonly<Record<string, () => Promise<(items: readonly number[]) => Promise<number>>>> = {
  weft: async () => {
    const { createRuntime } = await import('../../src/index.ts')
    const weft = await createRuntime({ lanes: { rated: { concurrency, requestsPerMinute: perSecond * 60 } } })
    const options = { lane: 'rated', concurrency, priority, timeoutMs, retry: { maxAttempts: 5 } }
    return async (items) => (await weft.map(items, noop, options)).length
  },
  'p-queue': async () => {
    const { default: PQueue } = await import('p-queue')
    return async (items) => {
      const queue = new PQueue({ concurrency, timeout: timeoutMs, intervalCap: perSecond, interval: 1_000 })
      return (await Promise.all(items.map((item) => queue.add(() => noop(item), { priority })))).length
    }
  },
}

await measureContender(await contenders[process.argv[2]!]!())
