import { createRuntime, type GenerateRequest, type LaneTask, llama, type Runtime } from '../../src/index.ts'
import { llamaFile, mediumLlama } from '../../test/support/gguf/models.ts'
import { median, round } from '../result.ts'

const model = llama({ model: llamaFile(mediumLlama), contexts: 1 })

export interface Cancelling {
  readonly name: string
  readonly p50: number
  readonly max: number
}

/** From a cancellation until the model is free for the next call, in milliseconds: in a prompt of some 1 500 tokens, and in the answer. */
export async function measureCancelling({ times }: { readonly times: number }): Promise<Cancelling[]> {
  await using weft = await createRuntime()
  await weft.map([0], task({ ...request('Good morning.'), maxTokens: 1 }))
  const inPrompt: number[] = []
  const inAnswer: number[] = []
  for (let index = 0; index < times; index += 1) {
    // At another moment each time, the last well before a second: reading the prompt takes two.
    inPrompt.push(await cancelled(weft, request('so it goes. '.repeat(220)), { afterMs: 50 + (900 * index) / times }))
    inAnswer.push(await cancelled(weft, request('Good morning.'), { afterDeltas: 1 + index * 3 }))
  }
  return [summary('in the prompt', inPrompt), summary('in the answer', inAnswer)]
}

function request(content: string): GenerateRequest {
  return { messages: [{ role: 'user', content }], maxTokens: 1_000, seed: 1 }
}

type Moment = { readonly afterMs: number } | { readonly afterDeltas: number }

async function cancelled(weft: Runtime, request: GenerateRequest, moment: Moment): Promise<number> {
  const freed = Promise.withResolvers<number>()
  let cancelledAt = Number.NaN
  let deltas = 0
  const cancel = (): void => {
    cancelledAt = performance.now()
    run.cancel('measured')
  }
  const onDelta = (): void => {
    deltas += 1
    if ('afterDeltas' in moment && deltas === moment.afterDeltas) cancel()
  }
  const begin = (): void => {
    if ('afterMs' in moment) setTimeout(cancel, moment.afterMs)
  }
  const run = weft.map(
    [0],
    task({ ...request, onDelta }, begin, () => freed.resolve(performance.now())),
  )
  await run
  const ms = (await freed.promise) - cancelledAt
  if ('afterMs' in moment && deltas > 0) throw new Error('the prompt was read before it was cancelled')
  return ms
}

function task(
  request: GenerateRequest,
  begin: () => void = () => undefined,
  end: () => void = () => undefined,
): LaneTask<number, unknown> {
  return {
    kind: 'lane-task',
    name: 'cancelled',
    lane: model.lane,
    run: async (_, context) => {
      begin()
      try {
        return await model.generate(request, context)
      } finally {
        end()
      }
    },
  }
}

function summary(name: string, ms: readonly number[]): Cancelling {
  return { name, p50: round(median(ms)), max: round(Math.max(...ms)) }
}
