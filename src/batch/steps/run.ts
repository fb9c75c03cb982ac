import { resolve } from 'node:path'
import * as v from 'valibot'
import { errorCodeOf, messageOf } from '../../core/failure.ts'
import type { TaskContext } from '../../core/task.ts'
import { usableCores } from '../../observe/usable-cores.ts'
import type { ItemView } from '../template/item-view.ts'
import { jsonResult } from './json-result.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { exportFault, loopCaller, type ModuleCode, readModule, threadCaller } from './module-code.ts'
import type { EachStep } from './step.ts'
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
  /** Of the code. Default: a hash of the module's file; of a function, of the job's file. What these import is not in it. */
  readonly version?: string
}

/** What a step of one's own is given: data. */
export type RunInput = Pick<ItemView, 'input' | 'results' | 'items'>

const callable = v.custom<never>(
  (given) => typeof given === 'function',
  'expected a function, as only a job of TypeScript can say it: in YAML name a module',
)
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
  site.reads(path)
  const read = codeOf(path, module, site)
  if (read === undefined) return undefined
  // Who names a version says which code is the same.
  const code = options.version === undefined ? read : { ...read, check: () => {} }
  const onThread = lane === 'cpu'
  const name = options.export ?? 'default'
  const fault = await exportFault(code, name, onThread)
  if (fault !== undefined) return void site.fault(fault, [options.export === undefined ? 'module' : 'export'])
  const unable = compensate && (await exportFault(code, compensate, onThread))
  if (unable !== undefined) return void site.fault(unable, ['compensate'])
  const call = onThread ? threadCaller(code) : loopCaller(code)
  return {
    ...ownStep(options, site, options.version ?? code.hash, name),
    // After a crash all that was begun may have happened: no more is begun than threads can run.
    ...(onThread && options.effects === true && options.concurrency === undefined
      ? { concurrency: await usableCores() }
      : {}),
    lane: onThread ? 'io' : lane,
    ...(onThread ? { worksOn: 'cpu' } : {}),
    run: async (given, context) => jsonResult(await call(name, given, context), site.name),
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
    // What it closes over stands in the job's file; two of one text are told apart by their names.
    ...ownStep(options, site, options.version ?? hashOf(`${site.codeVersion} ${site.name} ${task}`), ''),
    lane,
    run: async (given, context) => jsonResult(await task!(given as RunInput, context), site.name),
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
  const versionWith = (other: string): string => versionOf('run', 1, { code: other, export: name, given })
  return {
    ...working(site, options, { concurrency: 64 }),
    kind: 'each',
    uses: given ?? ['*'],
    version: versionWith(code),
    code: { name: code, versionWith },
    prepare: ({ input, results, items }): RunInput => {
      const named = given === undefined ? results : Object.fromEntries(given.map((one) => [one, results[one]]))
      return { input, results: named, ...(items === undefined ? {} : { items }) }
    },
  }
}

function codeOf(path: string, module: string, site: StepSite): ModuleCode | undefined {
  try {
    return readModule(path, module)
  } catch (thrown) {
    const why = errorCodeOf(thrown) === 'ENOENT' ? `there is no file ${module} beside the job` : messageOf(thrown)
    return void site.fault(why, ['module'])
  }
}
