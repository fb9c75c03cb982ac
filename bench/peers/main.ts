import { parseArgs } from 'node:util'
import { type Contender, hold, ratio, table } from '../contest/contest.ts'
import { runBench } from '../report.ts'
import type { BenchResult, BenchSize } from '../result.ts'
import { installPeers } from './install.ts'

const mastra = 'Mastra .foreach'
const langGraph = 'LangGraph.js Send'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } })
installPeers()
process.exitCode = (await runBench(bench, values)) || values.smoke ? 0 : 1

/**
 * The fan-outs of libraries that run agents, with the same no-op task and the same number at a time. Each size is a contest of its own: what a
 * task costs depends on how many there are. LangGraph's grows with them, to over 30 s for 50,000: it is left out there.
 */
async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const contests = (
    smoke
      ? [[100, 1] as const]
      : ([
          [1_000, 7],
          [10_000, 5],
          [50_000, 7],
        ] as const)
  ).map(([tasks, rounds]) => ({
    tasks,
    contest: hold(contenders(tasks, smoke), rounds),
  }))
  const most = contests.at(-1)!
  const mostOfAll = contests.findLast(({ contest }) => contest.has(langGraph))!
  return {
    name: 'peers',
    about:
      'no-op async tasks, 100 at a time, each library in processes of its own, in turn; Mastra 1.71, LangGraph.js 1.3',
    rows: contests.flatMap(({ contest }) => table(contest, 'weft map')),
    claims: [
      {
        what: `Mastra's time by weft's, ${most.tasks} tasks`,
        measured: ratio(most.contest, mastra, 'weft map'),
        atLeast: 20,
      },
      {
        what: `LangGraph's time by weft's, ${mostOfAll.tasks} tasks`,
        measured: ratio(mostOfAll.contest, langGraph, 'weft map'),
        atLeast: 200,
      },
    ],
  }
}

function contenders(tasks: number, smoke: boolean): Contender[] {
  const light = new URL('../contest/map-contender.ts', import.meta.url)
  const heavy = (name: string): URL => new URL(`./contenders/${name}.ts`, import.meta.url)
  // About the same time for each, so that all are as warm: what costs more is repeated less.
  const size = (warmups: number, runs: number): Contender['size'] =>
    smoke ? { tasks, warmups: 1, runs: 1 } : { tasks, warmups, runs }
  const repeats = Math.ceil(250_000 / tasks)
  const all: Contender[] = [
    ...['weft map', 'p-map'].map((name) => ({ name, script: light, args: [name], size: size(repeats, 2 * repeats) })),
    { name: mastra, script: heavy('mastra'), size: size(Math.ceil(repeats / 5), Math.ceil(repeats / 5)) },
  ]
  if (tasks <= 10_000) {
    const runs = Math.ceil(10_000 / tasks)
    all.push({ name: langGraph, script: heavy('langgraph'), size: size(Math.ceil(runs / 2), runs) })
  }
  return all
}
