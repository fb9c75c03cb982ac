import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { type Control, measureControl } from './control.ts'
import { type BenchResult, type BenchSize, isMet, round } from './result.ts'

/** Loaded one by one, so that none runs beside what another left in memory. */
const benches: Readonly<Record<string, () => Promise<{ readonly bench: (size: BenchSize) => Promise<BenchResult> }>>> =
  {
    'map-overhead': () => import('./micro/map-overhead.ts'),
    'cli-start': () => import('./micro/cli-start.ts'),
    'stream-memory': () => import('./scenarios/stream-memory.ts'),
    'pool-scaling': () => import('./scenarios/pool-scaling.ts'),
    'loop-delay': () => import('./scenarios/loop-delay.ts'),
    'read-pages': () => import('./scenarios/read-pages.ts'),
  }

const { values, positionals } = parseArgs({
  options: { smoke: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const names = positionals.length > 0 ? positionals : Object.keys(benches)
let allMet = true
for (const name of names) {
  const load = benches[name]
  if (load === undefined) throw new Error(`no benchmark ${name}; there are ${Object.keys(benches).join(', ')}`)
  const before = await measureControl(values)
  const result = await (await load()).bench(values)
  const after = await measureControl(values)
  const control = before.scaling < after.scaling ? before : after
  print(result, control)
  if (!values.smoke) write(result, control)
  allMet &&= result.claims.every(isMet)
}
// A smoke run only shows that everything runs: its figures are too few to be held to anything.
process.exitCode = allMet || values.smoke ? 0 : 1

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
