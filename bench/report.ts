import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import Table from 'cli-table3'
import { type Control, measureControl } from './control.ts'
import { type BenchResult, type BenchSize, isMet, round } from './result.ts'

/**
 * Runs one benchmark between two controls, prints it, and writes it to `results/`, unless it is a smoke run. Gives whether all it
 * claims is met.
 */
export async function runBench(bench: (size: BenchSize) => Promise<BenchResult>, size: BenchSize): Promise<boolean> {
  const before = await measureControl(size)
  const result = await bench(size)
  const after = await measureControl(size)
  const control = before.scaling < after.scaling ? before : after
  print(result, control)
  if (!size.smoke) write(result, control)
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
