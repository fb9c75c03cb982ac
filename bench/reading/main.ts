import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import Table from 'cli-table3'
import { contenders } from './contenders.ts'
import type { Order, Result } from './measure.ts'
import type { Count } from './score.ts'

// Compares ways to read a page, on the corpus: how close they come to the truth, and how fast they are on one thread.
//
//     npx node bench/reading/main.ts [ROUNDS]

const rounds = Number(process.argv[2] ?? 5)
const results: Result[] = []
for (const contender of contenders.keys()) results.push(await measureInThread({ contender, rounds }))

const table = new Table({
  head: ['', 'F1', 'contains', 'excludes', 'lines', 'live HTML', 'pages/s', 'mean ms', 'p95 ms'],
  style: { head: [], border: [] },
  colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
})
for (const result of results) {
  table.push([
    result.name,
    result.f1.toFixed(3),
    ratio(result.contains),
    ratio(result.excludes),
    ratio(result.lines),
    result.pagesWithLiveHtml,
    result.pagesPerSecond.toFixed(0),
    result.meanMs.toFixed(1),
    result.p95Ms.toFixed(1),
  ])
}
console.log(table.toString())

const folder = new URL('../results/', import.meta.url)
mkdirSync(folder, { recursive: true })
const report = { node: process.version, rounds, results }
writeFileSync(new URL('reading.json', folder), `${JSON.stringify(report, null, 2)}\n`)

async function measureInThread(order: Order): Promise<Result> {
  const [result] = await once(new Worker(new URL('measure.ts', import.meta.url), { workerData: order }), 'message')
  return result as Result
}

function ratio({ passed, of }: Count): string {
  return `${passed}/${of}`
}
