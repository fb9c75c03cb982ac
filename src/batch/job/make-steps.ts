import type { Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'
import type { RuntimeOptions } from '../../runtime.ts'
import type { LaneLimits } from '../../schedule/limits.ts'
import type { JobSource } from '../sources/source.ts'
import type { MadeStep, StepKind, StepSite } from '../steps/kind.ts'
import { Models } from '../steps/models.ts'
import type { Step } from '../steps/step.ts'
import type { KnownNames } from '../template/names.ts'
import { compileTemplate } from '../template/template.ts'
import type { JobDefinition, JobStep } from './file/definition.ts'
import type { JobFault } from './file/faults.ts'
import { kindNamed } from './file/job-schema.ts'
import { builtInLanes, idleLaneFaults, laneFaults } from './file/lanes.ts'
import type { LoadedJob } from './file/load-job.ts'
import { namesOfSteps } from './step-names.ts'
import { templateFault } from './template-fault.ts'

/** What steps are made from. */
export interface Surroundings {
  readonly job: LoadedJob
  readonly folder: string
  /** Undefined where it cannot be opened: nothing is known of its fields. */
  readonly source: JobSource | undefined
  readonly input: JobDefinition['input']
}

export interface MadeSteps {
  readonly steps: readonly Step[]
  /** What may be named behind the last of them. */
  readonly names: KnownNames
  readonly lanes: NonNullable<RuntimeOptions['lanes']>
  /** Absolute paths of the files that they are made from: modules, prompts, schemas. */
  readonly files: readonly string[]
  /** Why one of their models would answer nothing. */
  readonly refusal: Failure | undefined
}

/** The steps of a job, each with what is known of those before it. What is wrong goes to `faults`. */
export async function makeSteps(surroundings: Surroundings, faults: JobFault[]): Promise<MadeSteps> {
  const { job, folder, input } = surroundings
  const { definition } = job
  const lanes: Record<string, LaneLimits> = { ...definition.lanes }
  faults.push(...laneFaults(definition))
  const stepNames = namesOfSteps(definition.steps, faults)
  const models = new Models(folder)
  const files = new Set<string>()
  const steps: Step[] = []
  let areAllMade = true
  let mayCall = false
  let names: KnownNames = { fields: fieldsOf(surroundings), results: new Map(), text: undefined }
  for (const [index, given] of definition.steps.entries()) {
    const { kind, options } = read(given)
    const at = typeof given === 'string' ? ['steps', index] : ['steps', index, kind.key]
    const fault = (message: string, path: readonly (string | number)[] = []): void => {
      faults.push({ path: [...at, ...path], atName: path.length === 0, message: `${kind.key}: ${message}` })
    }
    const known = names
    const site: StepSite = {
      name: stepNames[index]!,
      names,
      folder,
      codeVersion: job.codeVersion,
      // What is piped in may be from anywhere.
      mayReadFiles: 'glob' in input || (isList(input) && input.file !== '-'),
      models,
      modeOf: (lane) => (Object.hasOwn(lanes, lane) ? lanes[lane]!.mode : undefined) ?? 'direct',
      reads: (path) => void files.add(path),
      fault,
      template: (source, how, path, file) => {
        const { template, faults: wrong } = compileTemplate(source, known, how)
        faults.push(...wrong.map((one) => templateFault(one, source, [...at, ...path], file)))
        return template
      },
    }
    const made = await kind.make(options as never, site)
    Object.assign(lanes, made?.lanes)
    if (made === undefined) areAllMade = false
    for (const step of made?.steps ?? []) {
      const lane = 'lane' in step ? step.lane : undefined
      const all = [...new Set([...builtInLanes, ...Object.keys(lanes)])]
      if (lane !== undefined && !all.includes(lane)) {
        fault(`unknown lane ${lane}${suggestion(lane, all)}`, ['lane'])
        areAllMade = false
      }
      if (kind.key === 'run' && 'lane' in step && step.worksOn !== 'cpu') mayCall = true
      steps.push(versioned(step, definition.version))
    }
    names = namesBehind(kind, site.name, names, made)
  }
  // A step that is wrong itself may be the one that is on the lane.
  if (areAllMade) faults.push(...idleLaneFaults(definition, steps, mayCall))
  return { steps, names, lanes, files: [...files], refusal: models.refusal }
}

function read(given: JobStep): { readonly kind: StepKind; readonly options: object } {
  const [key, options] = typeof given === 'string' ? [given, null] : Object.entries(given)[0]!
  return { kind: kindNamed(key)!, options: options ?? {} }
}

/** A job's own version stands for what weft cannot see: another one makes all work another. */
function versioned(step: Step, version: string | number | undefined): Step {
  if (version === undefined || !('version' in step)) return step
  const { code } = step
  return {
    ...step,
    version: `${step.version}/${version}`,
    ...(code && { code: { ...code, versionWith: (name: string) => `${code.versionWith(name)}/${version}` } }),
  }
}

/** A step that could not be made has a result all the same: what names it is not wrong, too. */
function namesBehind(kind: StepKind, name: string, before: KnownNames, made: MadeStep | undefined): KnownNames {
  if (kind.key === 'collect') return { fields: [], results: new Map(), text: undefined, items: before }
  if (kind.key === 'filter' || kind.key === 'dedupe') return before
  const results = new Map(before.results).set(name, made?.shape ?? {})
  const isText = made === undefined || made.isText === true
  return { ...before, results, text: isText ? name : before.text }
}

/** Of texts none: they are named as a whole. Of tables their columns. Of anything else nobody knows. */
function fieldsOf({ source, input }: Surroundings): readonly string[] | undefined {
  if (source?.fields !== undefined) return source.fields
  if ('urls' in input || 'glob' in input) return []
  if ('stdin' in input) return input.stdin === 'txt' ? [] : undefined
  return isList(input) ? [] : undefined
}

/** A file of texts. */
function isList(input: JobDefinition['input']): input is JobDefinition['input'] & { readonly file: string } {
  if (!('file' in input)) return false
  return input.format === 'txt' || (input.format === undefined && /\.txt$/i.test(input.file))
}
