import { anthropic } from '../../models/anthropic.ts'
import type { GenerateRequest, Generation } from '../../models/model.ts'
import { createRuntime, type LaneTask } from '../../src/index.ts'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import { type FaultyClaude, startFaultyClaude } from './faulty-claude.ts'

/**
 * Many calls of a Claude that fails now and then, through the real SDK over loopback: whether all are done, how many more are sent than the faults
 * make necessary, and how much longer it takes than without faults. Once with a fixed concurrency, once with what the lane finds by itself.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const calls = smoke ? 20 : 200
  const seeds = smoke ? [1] : [1, 2, 3]
  // The SDK is loaded and compiled before anything is timed.
  await drive({ calls: 20, seed: 0, faulty: false, concurrency: 20 })
  const fixed: Round[] = []
  const adaptive: Round[] = []
  for (const seed of seeds) fixed.push(await roundOf(calls, seed, 20))
  // Once: a lane that makes itself smaller at every fault takes minutes for faults that have nothing to do with how much is sent.
  adaptive.push(await roundOf(calls, 1, 'auto'))
  const worst = (rounds: readonly Round[], ratio: (round: Round) => number): number => Math.max(...rounds.map(ratio))
  return {
    name: 'claude-faults',
    about: `${calls} calls of 1.3 s, first token after 300 ms, 5 % 429 without retry-after, 3 % 500 or 529, 2 % cut, 1 % hang, firstTokenTimeoutMs 1 000`,
    rows: [
      ...fixed.flatMap((round) => rows('fixed at 20', round)),
      ...adaptive.flatMap((round) => rows('auto', round)),
    ],
    claims: [
      { what: 'calls done, fixed, fewest', measured: -worst(fixed, ({ faulty }) => -faulty.done), atLeast: calls },
      { what: 'sent by necessary, fixed, worst', measured: worst(fixed, sentRatio), atMost: 1.15 },
      { what: 'wall by that without faults, fixed, worst', measured: worst(fixed, wallRatio), atMost: 1.3 },
      { what: 'calls done, auto, fewest', measured: -worst(adaptive, ({ faulty }) => -faulty.done), atLeast: calls },
      { what: 'sent by necessary, auto, worst', measured: worst(adaptive, sentRatio), atMost: 1.15 },
    ],
  }
}

/** The same calls without and with faults. */
interface Round {
  readonly seed: number
  readonly clean: Drive
  readonly faulty: Drive
}

interface Drive {
  readonly done: number
  readonly sent: number
  readonly necessary: number
  readonly wallMs: number
  readonly faults: string
}

async function roundOf(calls: number, seed: number, concurrency: number | 'auto'): Promise<Round> {
  const clean = await drive({ calls, seed, faulty: false, concurrency })
  return { seed, clean, faulty: await drive({ calls, seed, faulty: true, concurrency }) }
}

interface Order {
  readonly calls: number
  readonly seed: number
  readonly faulty: boolean
  readonly concurrency: number | 'auto'
}

async function drive({ calls, seed, faulty, concurrency }: Order): Promise<Drive> {
  await using claude = await startFaultyClaude(calls, seed, faulty)
  await using weft = await createRuntime({ lanes: { anthropic: { concurrency } } })
  const model = anthropic({ apiKey: 'a-key-that-nobody-checks', baseURL: claude.baseURL })
  const ask: LaneTask<GenerateRequest, Generation> = {
    kind: 'lane-task',
    name: 'ask',
    lane: model.lane,
    run: (request, context) => model.generate(request, context),
  }
  const requests = Array.from({ length: calls }, (_, index): GenerateRequest => {
    return { messages: [{ role: 'user', content: `Call ${index}` }], firstTokenTimeoutMs: 1_000 }
  })
  const startedAt = performance.now()
  const outcomes = await weft.map(requests, ask, { retry: { maxAttempts: 10 } })
  const wallMs = performance.now() - startedAt
  return {
    done: outcomes.filter(({ status }) => status === 'done').length,
    sent: [...claude.sent.values()].reduce((sum, count) => sum + count, 0),
    necessary: claude.necessary,
    wallMs,
    faults: faultsOf(claude),
  }
}

function faultsOf({ sent }: FaultyClaude): string {
  const faults = [...sent].filter(([fate]) => fate !== 'fine').map(([fate, count]) => `${count} ${fate}`)
  return faults.toSorted().join(', ') || 'none'
}

function rows(concurrency: string, { seed, clean, faulty }: Round): Readonly<Record<string, string | number>>[] {
  return [clean, faulty].map((drive) => ({
    concurrency,
    seed,
    faults: drive.faults,
    done: drive.done,
    sent: drive.sent,
    necessary: drive.necessary,
    'wall s': round(drive.wallMs / 1_000),
    'by fault-free': round(drive.wallMs / clean.wallMs),
  }))
}

function sentRatio({ faulty }: Round): number {
  return faulty.sent / faulty.necessary
}

function wallRatio({ clean, faulty }: Round): number {
  return faulty.wallMs / clean.wallMs
}
