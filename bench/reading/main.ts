import { mkdirSync, writeFileSync } from 'node:fs'
import Table from 'cli-table3'
import { loadCorpus } from '../corpus/corpus.ts'
import type { CorpusPage } from '../corpus/page.ts'
import { type Contender, contenders, type Sent } from './contenders.ts'
import { type Count, score, sum } from './score.ts'

/**
 * Compares ways to read a page, on the corpus: how close they come to the truth, and how fast they are on one thread.
 *
 *     npx node bench/reading/main.ts [ROUNDS]
 */
interface Result {
  readonly name: string
  readonly f1: number
  readonly contains: Count
  readonly excludes: Count
  readonly lines: Count
  readonly pagesWithLiveHtml: number
  readonly pagesFailed: number
  readonly pagesPerSecond: number
  readonly meanMs: number
  readonly p95Ms: number
}

const origin = 'https://site.example'
const rounds = Number(process.argv[2] ?? 3)
const pages = loadCorpus().map((page) => ({ ...page, sent: sent(page) }))
type BenchPage = (typeof pages)[number]
const results = contenders.map((contender) => measure(contender))

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
console.log(`${pages.length} pages, ${rounds} timed rounds, Node ${process.version}`)
console.log(table.toString())
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
const report = { node: process.version, pages: pages.length, rounds, results }
writeFileSync(new URL('../results/reading.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`)

function measure(contender: Contender): Result {
  // The first round warms up, and is the one that is scored.
  const read = pages.map((page) => tryToRead(contender, page))
  const scores = pages.map((page, at) => score(read[at] ?? '', page.truth, origin))
  const times = Array.from({ length: rounds }, () => pages.map((page) => timeOf(contender, page))).flat()
  const meanMs = times.reduce((all, ms) => all + ms, 0) / times.length
  return {
    name: contender.name,
    f1: scores.reduce((all, one) => all + one.f1, 0) / scores.length,
    contains: sum(scores.map((one) => one.contains)),
    excludes: sum(scores.map((one) => one.excludes)),
    lines: sum(scores.map((one) => one.lines)),
    pagesWithLiveHtml: scores.filter((one) => one.liveHtml > 0).length,
    pagesFailed: read.filter((markdown) => markdown === undefined).length,
    pagesPerSecond: 1000 / meanMs,
    meanMs,
    p95Ms: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0,
  }
}

function timeOf(contender: Contender, page: BenchPage): number {
  const start = performance.now()
  tryToRead(contender, page)
  return performance.now() - start
}

function tryToRead(contender: Contender, page: BenchPage): string | undefined {
  try {
    return contender.read(page.sent)
  } catch {
    return undefined
  }
}

function sent(page: CorpusPage): Sent {
  return { url: origin + page.path, contentType: page.contentType, bytes: Uint8Array.from(page.bytes) }
}

function ratio({ passed, of }: Count): string {
  return `${passed}/${of}`
}
