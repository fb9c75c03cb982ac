import { createRuntime, type TaskHandle, task } from '../../src/index.ts'
import { createRandom } from '../corpus/random.ts'
import { measureContender } from './contender.ts'

// A process of `graph-overhead`: the first argument says how the graph is described. All of them are the same random graph.

type Run = (items: readonly number[]) => Promise<number>

/** Which earlier tasks each one needs: three of them, as soon as there are three. */
function needsOf(items: readonly number[]): readonly (readonly number[])[] {
  const random = createRandom(3)
  return items.map((index) => {
    const needs = new Set<number>()
    while (needs.size < Math.min(3, index)) needs.add(Math.floor(random() * index))
    return [...needs]
  })
}

/** What depends on the graph alone is made once: an array of the same length is the same graph. */
function once<T>(make: (items: readonly number[]) => T): (items: readonly number[]) => T {
  let made: T | undefined
  return (items) => {
    made ??= make(items)
    return made
  }
}

/** Under which names a task knows what it needs: its own, as in a program. */
const keys = ['first', 'second', 'third']

function byHandle(needs: readonly (readonly number[])[]): (readonly [string, TaskHandle<unknown>])[] {
  const handles: TaskHandle<unknown>[] = []
  return needs.map((earlier, index) => {
    const wanted: Record<string, TaskHandle<unknown>> = {}
    earlier.forEach((need, place) => {
      wanted[keys[place]!] = handles[need]!
    })
    handles.push(task({ needs: wanted }, noop))
    return [`t${index}`, handles[index]!]
  })
}

function byName(needs: readonly (readonly number[])[]): (readonly [string, TaskHandle<unknown>])[] {
  return needs.map((earlier, index) => [`t${index}`, task({ needs: earlier.map((need) => `t${need}`) }, noop)])
}

const weft = await createRuntime()
const graphOf = once(needsOf)
const handlesOf = once((items) => byHandle(graphOf(items)))
const namesOf = once((items) => byName(graphOf(items)))

async function run(graph: readonly (readonly [string, TaskHandle<unknown>])[]): Promise<number> {
  const outcomes = await weft.graph(graph)
  return Object.values(outcomes).filter(({ status }) => status === 'done').length
}

const contenders: Readonly<Record<string, Run>> = {
  'weft graph, by handle': (items) => run(handlesOf(items)),
  'weft graph, by name': (items) => run(namesOf(items)),
  'weft graph, described each time': (items) => run(byHandle(graphOf(items))),
  // What one would write by hand: no limit, no order, no outcomes, and a failure that reaches everything.
  'promises that await promises': async (items) => {
    const results: Promise<void>[] = []
    for (const needs of graphOf(items)) results.push(Promise.all(needs.map((need) => results[need])).then(noop))
    return (await Promise.all(results)).length
  },
}

await measureContender(contenders[process.argv[2]!]!)

async function noop(): Promise<void> {}
