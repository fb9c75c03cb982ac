import { Graph, type GraphNode } from '../../src/flow/graph/graph.ts'
import { listSchedule } from '../../src/flow/graph/list-schedule.ts'
import { Ranks } from '../../src/flow/graph/ranks.ts'
import { createRuntime, type Runtime, type TaskHandle, task } from '../../src/index.ts'
import { createRandom } from '../corpus/random.ts'
import { type BenchResult, type BenchSize, median, round } from '../result.ts'
import { logNormal } from './log-normal.ts'
import { VirtualClock } from './virtual-clock.ts'

const stages = ['search', 'read', 'write'] as const
const items = 48
const slots = 8
const medianMs = 1_000
const sigma = 0.8

/**
 * Items that go through three stages, each with a lane of its own, as a search, a reader and a model have: with a barrier after each stage (map,
 * then map, then map), and as a pipeline. The clock is simulated, both have the same latencies.
 *
 * The ideal knows each latency beforehand and always begins what has the longest way still to go. Nobody can know: what begins first come, first
 * served is the measure of a scheduler that wastes no slot.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const seeds = Array.from({ length: smoke ? 2 : 101 }, (_, index) => index + 1)
  const contests: Contest[] = []
  for (const seed of seeds) contests.push(await hold(seed))
  const times = (one: keyof Contest, other: keyof Contest): number =>
    median(contests.map((contest) => contest[one] / contest[other]))
  const ways = { 'stage barriers': 'barriersMs', pipeline: 'pipelineMs', greedy: 'greedyMs', ideal: 'idealMs' } as const
  return {
    name: 'pipeline-streaming',
    about: `${items} items, ${stages.length} stages with ${slots} slots each, latencies log-normal (median ${medianMs} ms, sigma ${sigma}), ${seeds.length} seeds, simulated clock`,
    rows: Object.entries(ways).map(([way, key]) => ({
      way,
      'median makespan, s': round(median(contests.map((contest) => contest[key])) / 1_000),
      'times as fast as barriers': round(times('barriersMs', key)),
      'share of the ideal': round(times('idealMs', key)),
    })),
    claims: [
      {
        what: 'makespan with barriers by that of the pipeline',
        measured: times('barriersMs', 'pipelineMs'),
        atLeast: 1.8,
      },
    ],
  }
}

interface Contest {
  readonly barriersMs: number
  readonly pipelineMs: number
  /** First come, first served, played through without weft. */
  readonly greedyMs: number
  readonly idealMs: number
}

/** What each item takes in each stage, in milliseconds. */
type Latencies = readonly (readonly number[])[]

async function hold(seed: number): Promise<Contest> {
  const random = createRandom(1_000_003 * seed)
  const latencies = Array.from({ length: items }, () => stages.map(() => logNormal(random, medianMs, sigma)))
  return {
    barriersMs: await measure(withBarriers, latencies),
    pipelineMs: await measure(asPipeline, latencies),
    ...simulate(latencies),
  }
}

type Way = (weft: Runtime, indexes: readonly number[], work: Work) => PromiseLike<unknown>

/** Stage by stage: takes what it says and gives the item on. */
type Work = (stage: number) => (item: number) => Promise<number>

async function measure(way: Way, latencies: Latencies): Promise<number> {
  const clock = new VirtualClock()
  const lanes = Object.fromEntries(stages.map((stage) => [stage, { concurrency: slots }]))
  await using weft = await createRuntime({ clock, lanes })
  let ended = 0
  const work: Work = (stage) => async (item) => {
    await clock.pass(latencies[item]![stage]!)
    if (stage === stages.length - 1) ended += 1
    return item
  }
  await clock.run(way(weft, latencies.keys().toArray(), work))
  if (ended !== items) throw new Error(`expected ${items} items at the end, got ${ended}`)
  return clock.now()
}

async function withBarriers(weft: Runtime, indexes: readonly number[], work: Work): Promise<void> {
  for (const [stage, lane] of stages.entries()) await weft.map(indexes, work(stage), { lane })
}

function asPipeline(weft: Runtime, indexes: readonly number[], work: Work): PromiseLike<unknown> {
  return weft
    .pipeline(indexes)
    .step(stages[0], work(0), { lane: stages[0] })
    .step(stages[1], work(1), { lane: stages[1] })
    .step(stages[2], work(2), { lane: stages[2] })
}

function simulate(latencies: Latencies): Pick<Contest, 'greedyMs' | 'idealMs'> {
  const graph = chains()
  const durationMs = ({ index }: GraphNode): number =>
    latencies[Math.floor(index / stages.length)]![index % stages.length]!
  const ranks = new Ranks(durationMs)
  ranks.add(graph.nodes)
  const makespanMs = (rank: (node: GraphNode) => number): number =>
    listSchedule(graph.nodes, {
      durationMs,
      rank,
      priority: () => 0,
      lane: ({ index }) => stages[index % stages.length]!,
      slots: () => slots,
    }).makespanMs
  return { greedyMs: makespanMs(() => 0), idealMs: makespanMs((node) => ranks.of(node)) }
}

/** A chain of three tasks for each item. */
function chains(): Graph {
  const entries: [string, TaskHandle<void>][] = []
  for (let item = 0; item < items; item += 1) {
    let before: TaskHandle<void> | undefined
    for (const stage of stages) {
      before = task({ needs: before === undefined ? {} : { before } }, () => {})
      entries.push([`${stage} ${item}`, before])
    }
  }
  const graph = new Graph()
  graph.add(entries)
  return graph
}
