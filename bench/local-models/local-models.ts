import { type BenchResult, type BenchSize, median, round } from '../result.ts'
import { measureCancelling } from './cancelling.ts'
import type { Contender } from './contender.ts'
import { embedders, generators } from './contenders.ts'
import { delayWhileModelsWork } from './loop-delay.ts'

/**
 * Local models: what several contexts give beside one, and beside the other ways to keep the cores busy; what they do to the main thread;
 * how long a cancellation takes. The weights are random: speed does not depend on what they say.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const writing = await contest(generators({ calls: smoke ? 2 : 8, tokens: smoke ? 8 : 64 }), smoke ? 1 : 5)
  const embedding = await contest(embedders({ calls: smoke ? 2 : 32 }), smoke ? 1 : 5)
  const delay = await delayWhileModelsWork({ smoke })
  const cancelling = await measureCancelling({ times: smoke ? 2 : 20 })
  return {
    name: 'local-models',
    about:
      'generation (60 million weights) and embedding (11 million) on the processor; medians of rounds in which all ways take turns',
    rows: [
      ...writing.map(({ name, perSecond, times }) => ({
        what: 'generate',
        how: name,
        'per s': perSecond,
        'x one': times,
      })),
      ...embedding.map(({ name, perSecond, times }) => ({
        what: 'embed',
        how: name,
        'per s': perSecond,
        'x one': times,
      })),
      ...delay.map(({ name, p50, p99, max }) => ({
        what: 'loop delay',
        how: name,
        'p50 ms': p50,
        'p99 ms': p99,
        'max ms': max,
      })),
      ...cancelling.map(({ name, p50, max }) => ({ what: 'cancel', how: name, 'p50 ms': p50, 'max ms': max })),
    ].map((row) => ({ ...blank, ...row })),
    claims: [
      { what: 'generation, N contexts against 1', measured: writing[1]!.times, atLeast: 1.4 },
      { what: 'embedding, N contexts against 1', measured: embedding[1]!.times, atLeast: 1.9 },
      { what: 'loop delay p99 in ms while a model is loaded and generates', measured: delay[1]!.p99, atMost: 10 },
      ...cancelling.map(({ name, max }) => ({
        what: `longest cancellation in ms, ${name}`,
        measured: max,
        atMost: 100,
      })),
    ],
  }
}

const blank = { what: '', how: '', 'per s': '', 'x one': '', 'p50 ms': '', 'p99 ms': '', 'max ms': '' }

interface Standing {
  readonly name: string
  /** Tokens, or texts. */
  readonly perSecond: number
  /** Against the first contender, in the same round. */
  readonly times: number
}

/** All ways do the same work, in turns, so that a neighbour's noise meets all of them. */
async function contest(making: readonly Promise<Contender>[], rounds: number): Promise<Standing[]> {
  await using stack = new AsyncDisposableStack()
  const contenders: Contender[] = []
  for (const made of making) contenders.push(stack.use(await made))
  for (const contender of contenders) await contender.run()
  const speeds: number[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const start = performance.now()
      const amount = await contender.run()
      speeds[index]!.push((amount / (performance.now() - start)) * 1000)
    }
  }
  return contenders.map(({ name }, index) => ({
    name,
    perSecond: round(median(speeds[index]!), 1),
    times: round(median(speeds[index]!.map((speed, at) => speed / speeds[0]![at]!))),
  }))
}
