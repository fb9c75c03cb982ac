import { createRuntime, type LaneEvent } from '../../../src/index.ts'
import { createRandom } from '../../corpus/random.ts'
import { logNormal } from '../log-normal.ts'
import { VirtualClock } from '../virtual-clock.ts'
import { type Allowed, Provider } from './provider.ts'

export interface Service extends Allowed {
  readonly hasHeaders: boolean
  /** How long an answer takes. */
  readonly answerMs: number
  /** Of the log-normal distribution that it is the median of; 0: all take the same. */
  readonly sigma?: number
}

export interface Driven {
  /** Requests from `settledMs` on, by what the provider allows in that time. */
  readonly share: number
  /** Of the requests of that time, the part that was refused. */
  readonly refused: number
  /** Answers that were on their way at the end. */
  readonly running: number
  readonly changes: readonly string[]
}

/** More work than the provider allows, on a lane that is told nothing: what comes of it once it has had time to find out. */
export async function drive(service: Service, minutes: number, settledMs: number, seed = 1): Promise<Driven> {
  const random = createRandom(seed)
  const clock = new VirtualClock()
  const changes: string[] = []
  const note = ({ why }: LaneEvent): void => void changes.push(`${(clock.now() / 1_000).toFixed(1)} s ${why}`)
  await using weft = await createRuntime({
    clock,
    random,
    // What is to be found out is all that the provider allows.
    lanes: { provider: { concurrency: 'auto', headroom: 0.95 } },
    onEvent: (event) => {
      if (event.type === 'lane-changed') note(event)
    },
  })
  const provider = new Provider(service, service.hasHeaders, () => clock.now(), random)
  const { answerMs, sigma = 0 } = service
  const run = weft.map(
    endless(),
    async (_, context) => {
      const limits = provider.begin()
      if (limits !== undefined) context.report({ limits })
      await clock.pass(sigma === 0 ? answerMs : logNormal(random, answerMs, sigma))
      provider.end()
    },
    { lane: 'provider', policy: 'settle' },
  )
  const endMs = minutes * 60_000
  await clock.run(run, endMs)
  const { running } = provider
  run.cancel()
  await run
  const late = provider.requests.filter(({ at }) => at >= settledMs && at < endMs)
  const refused = late.filter((request) => request.refused).length
  return {
    share: (late.length - refused) / (allowedPerMs(service) * (endMs - settledMs)),
    refused: refused / late.length,
    running,
    changes,
  }
}

function allowedPerMs({ concurrent = Number.POSITIVE_INFINITY, perMinute, answerMs, sigma = 0 }: Service): number {
  // The mean of a log-normal distribution is above its median.
  const meanMs = answerMs * Math.exp(sigma ** 2 / 2)
  return Math.min(concurrent / meanMs, (perMinute ?? Number.POSITIVE_INFINITY) / 60_000)
}

function* endless(): Generator<number> {
  for (let index = 0; ; index += 1) yield index
}
