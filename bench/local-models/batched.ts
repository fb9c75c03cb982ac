import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { BatchedWork } from './batched-process.ts'
import type { Contender } from './contender.ts'

/** Several sequences of one context, whose tokens llama.cpp computes in one batch: what a GPU is for. In a process, for itself. */
export async function batchedGeneration(name: string, work: BatchedWork): Promise<Contender> {
  const child = fork(new URL('./batched-process.ts', import.meta.url), { execArgv: [] })
  child.send(work)
  await once(child, 'message')
  return {
    name,
    async run() {
      child.send('run')
      const [amount] = (await once(child, 'message')) as [number]
      return amount
    },
    async [Symbol.asyncDispose]() {
      child.send('end')
      await once(child, 'exit')
    },
  }
}
