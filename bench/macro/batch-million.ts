import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type BenchResult, type BenchSize, round } from '../result.ts'
import type { BatchLife } from './batch-life.ts'

const script = fileURLToPath(new URL('./batch-life.ts', import.meta.url))

/** One line of so many is malformed. */
const malformedEvery = 100

/**
 * A job at its largest: items from a JSONL file, one of a hundred malformed, through two steps that do next to nothing, into a JSONL file. Each life
 * in a process of its own: with a journal in memory, with the one in SQLite, and killed with 99.9 % done and gone on with.
 */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const length = smoke ? 5_000 : 1_000_000
  const folder = mkdtempSync(join(tmpdir(), 'weft-million-'))
  try {
    await writeInput(join(folder, 'input.jsonl'), length)
    const memory = live(folder, 'memory')
    const sqlite = live(folder, 'sqlite')
    rmSync(join(folder, 'journal'), { recursive: true })
    spawnSync(process.execPath, [script, folder, 'sqlite', String(Math.floor(length * 0.989))], { stdio: 'inherit' })
    const resumed = live(folder, 'sqlite')
    const { lines, ids } = await written(join(folder, 'out.jsonl'))
    const rows = Object.entries({ memory, sqlite, resumed }).map(([journal, life]) => rowOf(journal, life))
    return {
      name: 'batch-million',
      about: `${length} lines through two tiny steps to JSONL, 1 % of them malformed`,
      rows,
      claims: [
        { what: 'MB of RSS at most', measured: megabytes(sqlite.rssAtMost), atMost: 350 },
        { what: 'ms of loop delay, p99', measured: round(sqlite.loopP99Ms, 1), atMost: 20 },
        { what: 'us an item that the journal costs', measured: costUs(sqlite, memory, length), atMost: 10 },
        { what: 's to the first new item of a resumed run', measured: round(resumed.firstCallMs / 1000, 2), atMost: 3 },
        { what: 'malformed lines with a record each', measured: sqlite.failed, atLeast: length / malformedEvery },
        { what: 'records missing after the kill', measured: length - ids, atMost: 0 },
        { what: 'records twice after the kill', measured: lines - ids, atMost: 0 },
      ],
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function live(folder: string, journal: string): BatchLife {
  const { stdout, status } = spawnSync(process.execPath, [script, folder, journal], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`a life with journal ${journal} ended with ${status}`)
  return JSON.parse(stdout)
}

function rowOf(journal: string, life: BatchLife): BenchResult['rows'][number] {
  return {
    journal,
    's in all': round(life.wallMs / 1000, 1),
    's to the first call': round(life.firstCallMs / 1000, 2),
    calls: life.calls,
    'RSS at most, MB': megabytes(life.rssAtMost),
    'loop delay p99, ms': round(life.loopP99Ms, 1),
    done: life.done,
    failed: life.failed,
  }
}

function costUs(sqlite: BatchLife, memory: BatchLife, length: number): number {
  return round(((sqlite.wallMs - memory.wallMs) * 1000) / length, 1)
}

async function writeInput(path: string, length: number): Promise<void> {
  const file = createWriteStream(path)
  for (let n = 0; n < length; n += 1) {
    const line = n % malformedEvery === 0 ? `{"n": ${n},\n` : `{"n": ${n}, "name": "item ${n}"}\n`
    if (!file.write(line)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}

async function written(path: string): Promise<{ readonly lines: number; readonly ids: number }> {
  const ids = new Set<string>()
  let lines = 0
  for await (const line of createInterface({ input: createReadStream(path) })) {
    lines += 1
    ids.add((JSON.parse(line) as { readonly id: string }).id)
  }
  return { lines, ids: ids.size }
}

function megabytes(bytes: number): number {
  return round(bytes / 2 ** 20, 1)
}
