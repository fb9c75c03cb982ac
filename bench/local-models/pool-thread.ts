import { loadLibrary, openBackend } from '../../workers/llama/library.ts'
import { OpenedModel } from '../../workers/llama/opened-model.ts'
import { passage, question } from './texts.ts'

/** One call of a model that this thread has for itself. */
export interface PoolWork {
  readonly model: string
  /** 0: it embeds. */
  readonly tokens: number
  readonly seed: number
}

const { signal } = new AbortController()
let opening: Promise<OpenedModel> | undefined

export default async function work({ model: path, tokens, seed }: PoolWork): Promise<number> {
  opening ??= open(path)
  const model = await opening
  if (tokens === 0) {
    const { vectors } = await model.embed([`${seed} ${passage}`], signal)
    return vectors.length
  }
  const turns = [{ role: 'user', text: question }] as const
  const prompt = { turns, maxTokens: tokens, seed, stop: [], tools: [], stream: false, reuse: false }
  const telling = { begun: () => undefined, delta: () => undefined, used: nothing }
  const { used } = await model.generate(prompt, signal, telling)
  return used.outputTokens
}

const nothing = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 }

async function open(path: string): Promise<OpenedModel> {
  const library = await loadLibrary()
  const backend = await openBackend(library, false, 1)
  return OpenedModel.open(library, backend, { path, contexts: 1, usualContexts: 1, threads: 1, gpu: false }, signal)
}
