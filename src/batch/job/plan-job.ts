import { join, resolve } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { Policy } from '../../core/policy.ts'
import { deadline, quorum } from '../../flow/run/policy.ts'
import { openSource } from '../sources/open-source.ts'
import type { JobSource } from '../sources/source.ts'
import { delimiterHint } from './delimiter-hint.ts'
import type { JobDefinition } from './file/definition.ts'
import { type JobFault, jobInvalid } from './file/faults.ts'
import type { LoadedJob } from './file/load-job.ts'
import { makeSteps } from './make-steps.ts'
import { openOutput } from './open-output.ts'
import type { JobPlan } from './plan.ts'
import type { PlanOptions } from './plan-options.ts'

/**
 * Makes a job ready: opens its source as far as that says what it holds, reads its prompts and schemas, makes its steps. Nothing is run or written.
 *
 * @throws Failure `JOB_INVALID` that names every fault; what `openSource` and `openRecordSink` throw for places that are not the job's
 */
export async function planJob(job: LoadedJob, options: PlanOptions): Promise<JobPlan> {
  const { definition, name } = job
  const folder = options.folder ?? job.folder
  const faults: JobFault[] = []
  const source = await sourceOf(definition, folder, options, faults)
  const made = await makeSteps({ job, folder, source, input: inputOf(definition, options) }, faults)
  const output = await openOutput(
    { definition, name, folder, inputs: [...filesOf(inputOf(definition, options), job), ...made.files] },
    made,
    options,
    faults,
  )
  const hint = faults.length > 0 ? delimiterHint(source) : undefined
  if (hint !== undefined) faults.push({ path: ['input'], atName: true, message: `input: ${hint}` })
  if (source === undefined || faults.length > 0) throw jobInvalid(faults, job.locate)
  return {
    name,
    journalFolder: join(folder, '.weft', name),
    source,
    limit: options.limit ?? definition.limit,
    steps: made.steps,
    refusal: made.refusal,
    output,
    runtime: { lanes: made.lanes },
    policy: policyOf(definition),
    budget: definition.budget,
    durability: definition.durability ?? 'process',
    concurrency: definition.concurrency,
  }
}

function inputOf({ input }: JobDefinition, options: PlanOptions): JobDefinition['input'] {
  if (options.input === undefined) return input
  return { file: options.input === '-' ? '-' : resolve(options.input) }
}

function filesOf(input: JobDefinition['input'], { path, folder }: LoadedJob): string[] {
  return 'file' in input && input.file !== '-' ? [path, resolve(folder, input.file)] : [path]
}

/** What is wrong with a place that the job names is a fault of the job. */
async function sourceOf(
  definition: JobDefinition,
  folder: string,
  options: PlanOptions,
  faults: JobFault[],
): Promise<JobSource | undefined> {
  try {
    return await openSource(inputOf(definition, options), { folder, stdin: options.stdin })
  } catch (thrown) {
    if (!Failure.is(thrown) || options.input !== undefined) throw thrown
    const way = Object.keys(definition.input)[0]!
    faults.push({ path: ['input', way], message: `input: ${thrown.message}` })
    return undefined
  }
}

function policyOf({ onFailure = 'settle' }: JobDefinition): Policy {
  if (typeof onFailure === 'string') return onFailure
  return 'quorum' in onFailure ? quorum(onFailure.quorum) : deadline(onFailure.deadlineMs)
}
