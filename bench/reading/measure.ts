import { parentPort, workerData } from 'node:worker_threads'
import { loadCorpus } from '../corpus/corpus.ts'
import { type Contender, contenders, type Sent } from './contenders.ts'
import { type Count, score, sum } from './score.ts'

/** What one contender reached on the corpus. */
export interface Result {
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

/** Which contender to measure, and how often it reads each page while the clock runs. */
export interface Order {
  readonly contender: number
  readonly rounds: number
}

const origin = 'https://site.example'
const warmUps = 2

// A thread for each contender: code that one has warmed up differently is slower for the next.
const { contender, rounds } = workerData as Order
parentPort?.postMessage(measure(contenders[contender] as Contender, rounds))

function measure(contender: Contender, rounds: number): Result {
  const pages = loadCorpus()
  const sent = pages.map((page): Sent => ({ ...page, url: origin + page.path, bytes: Uint8Array.from(page.bytes) }))
  const readAll = (): (string | undefined)[] => sent.map((page) => tryToRead(contender, page))
  for (let round = 0; round < warmUps; round++) readAll()
  const read = readAll()
  const scores = pages.map((page, at) => score(read[at] ?? '', page.truth, origin))
  const times = Array.from({ length: rounds }, () => sent.map((page) => timeOf(contender, page))).flat()
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

function timeOf(contender: Contender, page: Sent): number {
  const start = performance.now()
  tryToRead(contender, page)
  return performance.now() - start
}

function tryToRead(contender: Contender, page: Sent): string | undefined {
  try {
    return contender.read(page)
  } catch {
    return undefined
  }
}
