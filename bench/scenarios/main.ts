import { print, tableOf } from './print.ts'
import { play, type Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

// npm run scenario: lists them. npm run scenario -- 6, or its name: runs it. `all` runs each.

const wanted = process.argv.slice(2)
const all: readonly Scenario[] = await Promise.all(scenarios.map(async (load) => (await load()).scenario))
if (wanted.length === 0) {
  console.log(
    tableOf(
      ['', 'scenario', 'what it shows'],
      all.map(({ name, about }, index) => [index + 1, name, about]),
    ),
  )
  console.log('npm run scenario -- 6 runs the sixth, npm run scenario -- all runs each')
}
for (const scenario of wanted.includes('all') ? all : wanted.map(find)) print(scenario, await play(scenario))

function find(word: string): Scenario {
  const found = all.find(({ name }, index) => name === word || String(index + 1) === word)
  if (found === undefined) throw new Error(`no scenario ${word}: expected a number from 1 to ${all.length} or a name`)
  return found
}
