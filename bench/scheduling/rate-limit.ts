import { createRuntime } from '../../src/index.ts'
import { createRandom } from '../corpus/random.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import { logNormal } from './log-normal.ts'
import { VirtualClock } from './virtual-clock.ts'

const perSecond = 10
const burst = 10

/**
 * More work than a provider allows, over ten minutes: how much of what it allows is used, and whether it ever sees too much. Its bucket is full when we
 * begin, and counts by itself. Once with timers that ring on time, once with an event loop that is late by up to 50 ms.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const minutes = smoke ? 1 : 10
  const punctual = await drive(minutes, 0)
  const late = await drive(minutes, 50)
  return {
    name: 'rate-limit',
    about: `a provider that allows ${perSecond} requests/s with a burst of ${burst}, ${minutes} simulated minutes`,
    rows: [
      { timers: 'on time', ...punctual },
      { timers: 'up to 50 ms late', ...late },
    ],
    claims: [
      { what: 'share of the allowed rate, timers on time', measured: punctual['share used'], atLeast: 0.98 },
      { what: 'share of the allowed rate, timers late', measured: late['share used'], atLeast: 0.98 },
      { what: 'requests that the provider would refuse', measured: punctual.refused + late.refused, atMost: 0 },
    ],
  }
}

async function drive(
  minutes: number,
  lateMs: number,
): Promise<{ requests: number; allowed: number; 'share used': number; refused: number }> {
  const random = createRandom(7)
  const clock = new VirtualClock(() => lateMs * random())
  const lanes = { provider: { requestsPerMinute: 60 * perSecond, headroom: 1, concurrency: 1_000 } }
  const weft = await createRuntime({ clock, lanes })
  const provider = new Provider()
  const run = weft.map(
    endless(),
    async (_, { signal }) => {
      provider.request(clock.now())
      await clock.pass(logNormal(random, 2_000, 0.5), signal)
    },
    { lane: 'provider', concurrency: 1_000 },
  )
  const endMs = minutes * 60_000
  await clock.run(run, endMs)
  run.cancel()
  await run
  await weft.close()
  const allowed = burst + (perSecond * endMs) / 1_000
  return {
    requests: provider.requests,
    allowed,
    'share used': round(provider.requests / allowed, 4),
    refused: provider.refused,
  }
}

/** A token bucket of its own, kept as providers describe theirs: a level that rises with time. */
class Provider {
  requests = 0
  refused = 0
  #level = burst
  #at = 0

  request(now: number): void {
    this.#level = Math.min(burst, this.#level + ((now - this.#at) * perSecond) / 1_000)
    this.#at = now
    this.requests += 1
    if (this.#level < 1) this.refused += 1
    else this.#level -= 1
  }
}

function* endless(): Generator<number> {
  for (let index = 0; ; index += 1) yield index
}
