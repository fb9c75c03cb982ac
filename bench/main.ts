import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { type Control, measureControl } from './control.ts'
import { type BenchResult, type BenchSize, isMet, round } from './result.ts'

const benches: Readonly<Record<string, () => Promise<{ readonly bench: (size: BenchSize) => Promise<BenchResult> }>>> =
  {
    'map-overhead': () => import('./micro/map-overhead.ts'),
    'cli-start': () => import('./micro/cli-start.ts'),
    'stream-memory': () => import('./macro/stream-memory.ts'),
    'pool-scaling': () => import('./macro/pool-scaling.ts'),
    'loop-delay': () => import('./macro/loop-delay.ts'),
    'graph-makespan': () => import('./graphs/makespan.ts'),
    'read-pages': () => import('./macro/read-pages.ts'),
  }

const script = fileURLToPath(import.meta.url)
const { values, positionals } = parseArgs({
  options: { smoke: { type: 'boolean', default: false } },
  allowPositionals: true,
})
if (positionals.length === 1) process.exitCode = (await runOne(positionals[0]!)) || values.smoke ? 0 : 1
else process.exitCode = runEach(positionals.length > 0 ? positionals : Object.keys(benches)) ? 0 : 1

/** Each in a process of its own, so that none runs beside what another left in memory. */
function runEach(names: readonly string[]): boolean {
  const smoke = values.smoke ? ['--smoke'] : []
  const ends = names.map((name) => spawnSync(process.execPath, [script, name, ...smoke], { stdio: 'inherit' }))
  return ends.every(({ status }) => status === 0)
}

/** Whether all it claims is met. A smoke run only shows that everything runs: its figures are too few to be held to anything. */
async function runOne(name: string): Promise<boolean> {
  const load = benches[name]
  if (load === undefined) throw new Error(`no benchmark ${name}; there are ${Object.keys(benches).join(', ')}`)
  const before = await measureControl(values)
  const result = await (await load()).bench(values)
  const after = await measureControl(values)
  const control = before.scaling < after.scaling ? before : after
  print(result, control)
  if (!values.smoke) write(result, control)
  return result.claims.every(isMet)
}

function print({ name, about, rows, claims }: BenchResult, control: Control): void {
  console.log(`\n${name}: ${about}`)
  const columns = Object.keys(rows[0] ?? {})
  const table = new Table({ head: columns, style: { head: [], border: [] } })
  for (const row of rows) table.push(columns.map((column) => String(row[column] ?? '')))
  console.log(table.toString())
  for (const claim of claims) {
    const limit = claim.atLeast === undefined ? `at most ${claim.atMost}` : `at least ${claim.atLeast}`
    console.log(`${isMet(claim) ? 'met   ' : 'MISSED'}  ${claim.what}: ${round(claim.measured, 3)} (${limit})`)
  }
  const verdict = control.quiet ? 'the machine was quiet' : 'NOT quiet: a neighbour had a core, run it again'
  console.log(`control: two threads burn ${round(control.scaling)} times what one does; ${verdict}`)
}

function write(result: BenchResult, control: Control): void {
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const machine = { cores: availableParallelism(), model: cpus()[0]?.model, node: process.version }
  const measured = { measuredAt: new Date().toISOString(), machine, control, ...result }
  writeFileSync(new URL(`${result.name}.json`, folder), `${JSON.stringify(measured, null, 2)}\n`)
}
