import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createRuntime, generate, llama, values } from '../../src/index.ts'
import { llamaFile, mediumLlama } from '../../test/support/gguf/models.ts'
import { type BenchSize, round } from '../result.ts'
import { contextCount } from './contenders.ts'
import { question } from './texts.ts'

export interface Delay {
  readonly name: string
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Delay of the event loop of the main thread, in milliseconds: idle, and while a model is loaded and all its contexts write. */
export async function delayWhileModelsWork({ smoke }: BenchSize): Promise<Delay[]> {
  const model = llama({ model: llamaFile(mediumLlama), contexts: contextCount })
  const requests = Array.from({ length: smoke ? 2 : 12 }, (_, seed) => ({
    messages: [{ role: 'user', content: question.repeat(8) }] as const,
    maxTokens: smoke ? 8 : 100,
    seed,
    onDelta: () => undefined,
  }))
  const idle = await delayDuring('idle', () => new Promise((resolve) => setTimeout(resolve, smoke ? 100 : 2_000)))
  await using weft = await createRuntime()
  const busy = await delayDuring('loading, then writing', async () => {
    values(await weft.map(requests, generate(model)))
  })
  return [idle, busy]
}

async function delayDuring(name: string, work: () => Promise<unknown>): Promise<Delay> {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  await work()
  histogram.disable()
  const ms = (nanoseconds: number): number => round(nanoseconds / 1e6)
  return { name, p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) }
}
