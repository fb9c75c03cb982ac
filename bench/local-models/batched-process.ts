import { once } from 'node:events'
import { generate } from '../../workers/llama/generate.ts'
import { loadLibrary, openBackend } from '../../workers/llama/library.ts'
import { OpenedModel } from '../../workers/llama/opened-model.ts'
import { Seats } from '../../workers/llama/seats.ts'
import { question } from './texts.ts'

export interface BatchedWork {
  readonly model: string
  readonly calls: number
  readonly tokens: number
  /** Also how many sequences there are. */
  readonly sequences: number
  readonly threads: number
}

const { signal } = new AbortController()
const [work] = (await once(process, 'message')) as [BatchedWork]
const library = await loadLibrary()
const backend = await openBackend(library, false, work.threads)
const spec = {
  path: work.model,
  contexts: 1,
  usualContexts: 1,
  contextSize: 512,
  threads: work.threads,
  gpu: false,
} as const
const model = await OpenedModel.open(library, backend, spec, signal)
const { sequences, threads } = work
const context = await model.model.createContext({ contextSize: 2048, sequences, threads, batchSize: 64 * sequences })
const seats = new Seats(Array.from({ length: sequences }, () => context.getSequence()))

process.on('message', async (message) => {
  if (message === 'run') process.send?.(await run())
  else {
    await backend.llama.dispose()
    process.disconnect()
  }
})
process.send?.('ready')

async function run(): Promise<number> {
  const turns = [{ role: 'user', text: question }] as const
  const calls = Array.from({ length: work.calls }, (_, seed) => {
    const prompt = { turns, maxTokens: work.tokens, seed, stop: [], tools: [], stream: false, reuse: false }
    const used = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 }
    const telling = { begun: () => undefined, delta: () => undefined, used }
    return seats.use(signal, (sequence) => generate(model, sequence, prompt, signal, telling))
  })
  const written = await Promise.all(calls)
  return written.reduce((sum, { used }) => sum + used.outputTokens, 0)
}
