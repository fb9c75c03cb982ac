import { print, tableOf } from './print.ts'
import { play, type Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

// npm run scenario: lists them. npm run scenario -- 6, or its name: runs it. `all` runs each.

const wanted = process.argv.slice(2)
const all: readonly Scenario[] = await Promise.all(scenarios.map(async (load) => (await load()).scenario))
const unknown = wanted.filter((word) => word !== 'all' && find(word) === undefined)
if (unknown.length > 0) {
  console.error(`no scenario ${unknown.join(', ')}: expected a number from 1 to ${all.length}, a name, or all`)
  process.exitCode = 2
} else if (wanted.length === 0) {
  const rows = all.map(({ name, about }, index) => [index + 1, name, about])
  console.log(tableOf(['', 'scenario', 'what it shows'], rows))
  console.log('npm run scenario -- 6 runs the sixth, npm run scenario -- all runs each')
} else {
  const chosen = wanted.includes('all') ? all : wanted.map((word) => find(word)!)
  for (const scenario of chosen) print(scenario, await play(scenario))
}

function find(word: string): Scenario | undefined {
  return all.find(({ name }, index) => name === word || String(index + 1) === word)
}
