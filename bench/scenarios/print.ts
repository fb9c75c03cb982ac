import Table from 'cli-table3'
import { equation } from '../../src/index.ts'
import { round } from '../result.ts'
import type { Played, Scenario } from './scenario.ts'

/** Prints how a scenario went: its ways side by side, what became of their inputs, and what it reports beside. */
export function print(scenario: Scenario, results: Readonly<Record<string, Played>>): void {
  const { name, about, service } = scenario
  console.log(`\n${name}: ${about}`)
  if (service.speed > 1) {
    const shorterMs = round(3_000 / service.speed, 0)
    console.log(`(Time passes ${service.speed} times as fast here: what takes 3 s takes ${shorterMs} ms.)`)
  }
  const ways = Object.entries(results)
  const base = ways[0]![1]
  const refused = ways.some(([, { seen }]) => seen.refused > 0)
  const columns = [...new Set(ways.flatMap(([, { columns = {} }]) => Object.keys(columns)))]
  console.log(
    tableOf(
      ['', 'wall', 'times as fast', 'bounded by', ...columns, ...(refused ? ['refused with 429'] : [])],
      ways.map(([way, result]) => [
        way,
        seconds(result.wallMs),
        (base.wallMs / result.wallMs).toFixed(1),
        result.boundBy,
        ...columns.map((column) => result.columns?.[column] ?? ''),
        ...(refused ? [result.seen.refused] : []),
      ]),
    ),
  )
  for (const [way, { tally }] of ways) console.log(`${way}: ${equation(tally)}`)
  const report = scenario.report?.(results)
  if (report !== undefined) console.log(report)
}

export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } })
  for (const row of rows) table.push(row.map(String))
  return table.toString()
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}
