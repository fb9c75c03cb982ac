import { LLMock } from '@copilotkit/aimock'
import { createRandom } from '../corpus/random.ts'

/** How an attempt ends on the other side. */
export type Fate = 'fine' | 'rate' | 'error' | 'overload' | 'cut' | 'hang'

/** Of all attempts. */
const shares: readonly (readonly [Fate, number])[] = [
  ['rate', 0.05],
  ['error', 0.015],
  ['overload', 0.015],
  ['cut', 0.02],
  ['hang', 0.01],
]

/** 100 chunks, which take a second. */
const answer = 'Yes, '.repeat(100)
const chunkSize = 5
const physics = { chunkSize, streamingProfile: { ttft: 300, tps: 100 } }

export interface FaultyClaude extends AsyncDisposable {
  readonly baseURL: string
  /** Requests that came, by their fate. */
  readonly sent: ReadonlyMap<Fate, number>
  /** Fewest requests that get all calls done. */
  readonly necessary: number
}

/**
 * aimock as a Claude that fails now and then. What happens to which attempt of which call is drawn before it begins, so that it is the same for
 * whoever calls, in whatever order.
 *
 * @param faulty otherwise every attempt is fine
 */
export async function startFaultyClaude(calls: number, seed: number, faulty: boolean): Promise<FaultyClaude> {
  const random = createRandom(seed)
  const fates = Array.from({ length: calls }, () => drawFates(random, faulty))
  const attempts = new Map<string, number>()
  const known = new WeakMap<object, Fate>()
  const sent = new Map<Fate, number>()
  const fateOf = (request: Asked): Fate => {
    const before = known.get(request)
    if (before !== undefined) return before
    const call = String(request.messages.at(-1)?.content).match(/\d+/)?.[0] ?? ''
    const attempt = attempts.get(call) ?? 0
    attempts.set(call, attempt + 1)
    const fate = fates[Number(call)]?.[attempt] ?? 'fine'
    known.set(request, fate)
    sent.set(fate, (sent.get(fate) ?? 0) + 1)
    return fate
  }
  const mock = new LLMock({ port: 0, journalMaxEntries: 1 })
  const said = { content: answer, usage: { input_tokens: 12, output_tokens: 100 } }
  const whose = (fate: Fate) => ({ predicate: (request: Asked) => fateOf(request) === fate })
  mock.on(whose('fine'), said, physics)
  mock.on(whose('cut'), said, { ...physics, truncateAfterChunks: 50 })
  // The first chunk would come in a minute; the connection is given up before.
  mock.on(whose('hang'), said, { streamingProfile: { ttft: 60_000 }, disconnectAfterMs: 10_000 })
  mock.on(whose('error'), { status: 500, error: { type: 'api_error', message: 'Internal server error' } })
  mock.on(whose('overload'), { status: 529, error: { type: 'overloaded_error', message: 'Overloaded' } })
  // aimock sends retry-after with every 429. One that is no number says as little as none.
  const rate = { type: 'rate_limit_error', message: 'This request would exceed your rate limit' }
  mock.on(whose('rate'), { status: 429, error: rate, retryAfter: Number.NaN })
  await mock.start()
  return {
    baseURL: mock.url,
    sent,
    necessary: fates.reduce((sum, fate) => sum + fate.indexOf('fine') + 1, 0),
    [Symbol.asyncDispose]: () => Promise.resolve(mock.stop()),
  }
}

interface Asked {
  readonly messages: readonly { readonly content?: unknown }[]
}

/** Up to the first attempt that is fine. */
function drawFates(random: () => number, faulty: boolean): Fate[] {
  const fates: Fate[] = []
  do {
    let left = faulty ? random() : 1
    const drawn = shares.find(([, share]) => {
      left -= share
      return left < 0
    })
    fates.push(drawn?.[0] ?? 'fine')
  } while (fates.at(-1) !== 'fine')
  return fates
}
