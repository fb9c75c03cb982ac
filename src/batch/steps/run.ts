import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as v from 'valibot'
import { errorCodeOf, Failure, messageOf } from '../../core/failure.ts'
import type { TaskContext } from '../../core/task.ts'
import { worker } from '../../core/worker.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import type { EachStep, ItemView } from './step.ts'
import { hashOf, versionOf, type WorkingOptions, words, working, workingEntries } from './working.ts'

/** The user's own step, by a module or, in TypeScript, by a function. */
export interface RunStepOptions extends WorkingOptions {
  readonly module?: string
  /** Default `default`. */
  readonly export?: string
  /** In TypeScript, instead of a module: it runs on the event loop. */
  readonly task?: (input: RunInput, context: TaskContext) => unknown
  /** `cpu`, the default of a module: on a worker thread. Any other: on the event loop, holding a slot of that lane. */
  readonly lane?: string
  /** What takes back what it did: the name of an export, given `{ input, value }`; or a function. */
  readonly compensate?: string | ((input: RunInput, value: unknown, context: TaskContext) => unknown)
  /** Names of the results that it is given. Default: all. */
  readonly given?: readonly string[]
  /** Of the code. Default: a hash of the module's file, or of the function's text; what these import is not in it. */
  readonly version?: string
}

/** What a step of one's own is given: data. */
export type RunInput = Pick<ItemView, 'input' | 'results' | 'items'>

const callable = v.custom<never>((given) => typeof given === 'function')
export const runSchema: StepKind['schema'] = v.strictObject({
  ...workingEntries,
  module: v.optional(words),
  export: v.optional(words),
  task: v.optional(callable),
  lane: v.optional(words),
  compensate: v.optional(v.union([words, callable])),
  given: v.optional(v.array(words)),
  version: v.optional(words),
})

export const runKind: StepKind = { key: 'run', result: 'result', schema: runSchema, isBare: false, make }

async function make(options: RunStepOptions, site: StepSite): Promise<MadeStep | undefined> {
  const { module, task } = options
  if ((module === undefined) === (task === undefined))
    return void site.fault('expected module, the path of a file, or a function as task')
  const unknown = options.given?.findIndex((name) => !site.names.results.has(name)) ?? -1
  if (unknown >= 0) {
    const known = [...site.names.results.keys()].join(', ') || 'none'
    site.fault(`there is no result ${options.given![unknown]} here (known: ${known})`, ['given', unknown])
  }
  const step = module === undefined ? functionStep(options, site) : await moduleStep({ ...options, module }, site)
  return step && { steps: [step], isText: true }
}

/** A step that runs an export of a module. */
export async function moduleStep(
  options: RunStepOptions & { readonly module: string },
  site: StepSite,
): Promise<EachStep | undefined> {
  const { module, lane = 'cpu', compensate } = options
  if (typeof compensate === 'function')
    return void site.fault('expected the name of an export of the module', ['compensate'])
  const path = resolve(site.folder, module)
  const content = await contentOf(path, module, site)
  if (content === undefined) return undefined
  const onThread = lane === 'cpu'
  const call = onThread ? threadCaller(path) : loopCaller(path, module)
  const name = options.export ?? 'default'
  return {
    ...ownStep(options, site, options.version ?? hashOf(content), name),
    lane: onThread ? 'io' : lane,
    ...(onThread ? { worksOn: 'cpu' } : {}),
    run: async (given, context) => jsonOf(await call(name, given, context), site.name),
    ...(compensate === undefined
      ? {}
      : { compensate: async (input, value, context) => void (await call(compensate, { input, value }, context)) }),
  }
}

function functionStep(options: RunStepOptions, site: StepSite): EachStep | undefined {
  const { task, lane = 'io', compensate } = options
  if (lane === 'cpu') return void site.fault('a function runs on the event loop: for lane cpu give a module', ['lane'])
  if (typeof compensate === 'string') return void site.fault('expected a function, as the task is one', ['compensate'])
  return {
    ...ownStep(options, site, options.version ?? hashOf(String(task)), ''),
    lane,
    run: async (given, context) => jsonOf(await task!(given as RunInput, context), site.name),
    ...(compensate === undefined
      ? {}
      : { compensate: async (input, value, context) => void (await compensate(input as RunInput, value, context)) }),
  }
}

function ownStep(
  options: RunStepOptions,
  site: StepSite,
  code: string,
  name: string,
): Omit<EachStep, 'run' | 'lane' | 'compensate'> {
  const { given } = options
  return {
    ...working(site, options, { concurrency: 64 }),
    kind: 'each',
    uses: given ?? ['*'],
    version: versionOf('run', 1, { code, export: name, given }),
    prepare: ({ input, results, items }): RunInput => {
      const named = given === undefined ? results : Object.fromEntries(given.map((one) => [one, results[one]]))
      return { input, results: named, ...(items === undefined ? {} : { items }) }
    },
  }
}

type Caller = (name: string, given: unknown, context: TaskContext) => unknown

function threadCaller(path: string): Caller {
  const tasks = worker<Readonly<Record<string, (given: unknown) => unknown>>>(pathToFileURL(path))
  return (name, given, context) => context.call(tasks[name]!, given)
}

function loopCaller(path: string, module: string): Caller {
  let loaded: Promise<Readonly<Record<string, unknown>>> | undefined
  return async (name, given, context) => {
    loaded ??= import(pathToFileURL(path).href)
    const exports = await loaded
    const found = Object.hasOwn(exports, name) ? exports[name] : undefined
    if (typeof found === 'function') return found(given, context)
    const known = Object.keys(exports).filter((one) => typeof exports[one] === 'function')
    throw new Failure('WORKER_MODULE', `${module} exports no function ${name}; it has ${known.join(', ') || 'none'}`)
  }
}

/** What cannot be written down could not be taken up again. */
function jsonOf(value: unknown, step: string): unknown {
  if (value === undefined) return null
  try {
    const text = JSON.stringify(value)
    if (text !== undefined) return JSON.parse(text)
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `${step}: expected JSON data from the function: ${messageOf(cause)}`, { cause })
  }
  throw new Failure('INVALID_INPUT', `${step}: expected JSON data from the function, got a ${typeof value}`)
}

async function contentOf(path: string, module: string, site: StepSite): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    const why = errorCodeOf(thrown) === 'ENOENT' ? `there is no file ${module} beside the job` : messageOf(thrown)
    return void site.fault(why, ['module'])
  }
}
