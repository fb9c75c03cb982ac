import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { createRuntime, embed, generate, type LlamaModel, llama, values } from '../../src/index.ts'
import { bertFile, llamaFile, mediumLlama, smallBert } from '../../test/support/gguf/models.ts'
import { batchedGeneration } from './batched.ts'
import type { Contender } from './contender.ts'
import type { PoolWork } from './pool-thread.ts'
import { passage, question } from './texts.ts'

/** As many as the cores can serve, below the threads that Node has for files. */
export const contextCount: number = Math.max(2, Math.min(3, availableParallelism()))

export interface Generations {
  readonly calls: number
  /** Of each answer. The models never end by themselves. */
  readonly tokens: number
}

/** The first is one context, which the others are compared with; the second is what weft does. */
export function generators(work: Generations): Promise<Contender>[] {
  const model = llamaFile(mediumLlama)
  const threads = (contexts: number) => writingBy(`${contexts} contexts`, [llama({ model, contexts })], work)
  return [
    writingBy('1 context', [llama({ model, contexts: 1 })], work),
    threads(contextCount),
    writingBy(`${contextCount} processes of 1 context`, processesOf(model), work),
    batchedGeneration(`1 context, ${contextCount} sequences in a batch, 1 thread`, {
      model,
      ...work,
      sequences: contextCount,
      threads: 1,
    }),
    batchedGeneration(`the same, ${contextCount} threads`, {
      model,
      ...work,
      sequences: contextCount,
      threads: contextCount,
    }),
    pooled(`${contextCount} Piscina threads, a model each`, { model, ...work }),
  ]
}

export function embedders({ calls }: { readonly calls: number }): Promise<Contender>[] {
  const model = bertFile(smallBert)
  return [
    embeddingBy('1 context', [llama({ model, contexts: 1 })], calls),
    embeddingBy(`${contextCount} contexts`, [llama({ model, contexts: contextCount })], calls),
    embeddingBy(`${contextCount} processes of 1 context`, processesOf(model), calls),
    pooled(`${contextCount} Piscina threads, a model each`, { model, calls, tokens: 0 }),
  ]
}

/** Each with a lane of its own: on one, both leases could go to the calls of the same process. */
function processesOf(model: string): LlamaModel[] {
  return processLanes.map((lane) => llama({ model, contexts: 1, isolation: 'process', lane }))
}

const processLanes = Array.from({ length: contextCount }, (_, index) => `process-${index}`)

const lanes = {
  local: { concurrency: contextCount },
  ...Object.fromEntries(processLanes.map((lane) => [lane, { concurrency: 1 }])),
}

async function writingBy(name: string, models: readonly LlamaModel[], work: Generations): Promise<Contender> {
  const weft = await createRuntime({ lanes })
  const { tokens: maxTokens, calls } = work
  const steps = models.map((model) => generate(model))
  const request = (seed: number) => ({ messages: [{ role: 'user', content: question }] as const, maxTokens, seed })
  return {
    name,
    async run() {
      const runs = steps.map((step, index) => weft.map(share(calls, index, steps.length).map(request), step))
      const written = (await Promise.all(runs)).flatMap((outcomes) => values(outcomes))
      return written.reduce((sum, { usage }) => sum + usage.outputTokens, 0)
    },
    [Symbol.asyncDispose]: () => weft.close(),
  }
}

async function embeddingBy(name: string, models: readonly LlamaModel[], calls: number): Promise<Contender> {
  const weft = await createRuntime({ lanes })
  const steps = models.map((model) => embed(model))
  return {
    name,
    async run() {
      const runs = steps.map((step, index) => weft.map(share(calls, index, steps.length).map(textOf), step))
      return (await Promise.all(runs)).flatMap((outcomes) => values(outcomes)).length
    },
    [Symbol.asyncDispose]: () => weft.close(),
  }
}

function textOf(index: number): string {
  return `${index} ${passage}`
}

/** The numbers of the calls that one of several takes. */
function share(calls: number, index: number, of: number): number[] {
  return Array.from({ length: calls }, (_, call) => call).filter((call) => call % of === index)
}

/** What one would do first: the model as a task of the pool, once in each thread. It can be neither cancelled nor ended while it computes. */
async function pooled(name: string, work: Omit<PoolWork, 'seed'> & { readonly calls: number }): Promise<Contender> {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./pool-thread.ts', import.meta.url)),
    minThreads: contextCount,
    maxThreads: contextCount,
    atomics: 'disabled',
  })
  const { calls, model, tokens } = work
  return {
    name,
    async run() {
      const seeds = Array.from({ length: calls }, (_, seed) => seed)
      const amounts = await Promise.all(seeds.map((seed): Promise<number> => pool.run({ model, tokens, seed })))
      return amounts.reduce((sum, amount) => sum + amount, 0)
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
