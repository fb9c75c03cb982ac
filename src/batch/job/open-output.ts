import { extname, join, resolve, sep } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'
import { openRecordSink, type SinkDescription } from '../sinks/open-record-sink.ts'
import { isPageName } from '../sinks/open-sink.ts'
import type { RecordSink } from '../sinks/record-sink.ts'
import { topNames } from '../template/names.ts'
import type { JobDefinition, JobOutputDefinition } from './file/definition.ts'
import type { JobFault } from './file/faults.ts'
import type { MadeSteps } from './make-steps.ts'
import type { JobOutput } from './plan.ts'
import type { PlanOptions } from './plan-options.ts'

export interface OutputSurroundings {
  readonly definition: JobDefinition
  /** Of the job. */
  readonly name: string
  readonly folder: string
  /** Absolute paths of files that are read: an output must be none of them. */
  readonly inputs: readonly string[]
}

/** Where the records of a job go. What is wrong with it goes to `faults`, but for a place that is not the job's own. */
export async function openOutput(
  { definition, name, folder, inputs }: OutputSurroundings,
  { steps, names }: MadeSteps,
  { out, stdout }: PlanOptions,
  faults: JobFault[],
): Promise<JobOutput> {
  const { output = {} } = definition
  const hasBarrier = steps.some(({ kind }) => kind === 'collect')
  checkFields(output, names, faults)
  const { records, report } = placesOf(output, out, hasBarrier)
  if (records?.isSecond) {
    faults.push({
      path: ['output', 'markdown'],
      atName: true,
      message:
        'output: expected jsonl or markdown: both go together behind a collect, where markdown is what comes out of it',
    })
  }
  const taken = [...inputs]
  const kept = join(folder, '.weft')
  const open = async (place: Place | undefined): Promise<RecordSink | undefined> => {
    if (place === undefined) return undefined
    const { description, option } = place
    const path = resolve(option === undefined ? process.cwd() : folder, Object.values(description)[0]!)
    try {
      if (path === kept || path.startsWith(`${kept}${sep}`)) {
        const way = option === undefined ? '--out' : `output: ${option}`
        throw new Failure('OUTPUT_FAILED', `${way}: the folder .weft is the journal's: choose another place`)
      }
      if (option === undefined) {
        return await openRecordSink(description, { folder: process.cwd(), stdout, taken, job: name, where: '--out' })
      }
      const sink = await openRecordSink(description, { folder, stdout, taken, job: name })
      taken.push(path)
      return sink
    } catch (thrown) {
      if (!Failure.is(thrown) || option === undefined) throw thrown
      faults.push({ path: ['output', option], message: thrown.message })
      return undefined
    }
  }
  return {
    records: await open(records),
    report: await open(report),
    isOrdered: output.ordered ?? false,
    fields: output.fields,
  }
}

interface Place {
  readonly description: SinkDescription
  /** Of the job's output. Undefined: it was given beside the job. */
  readonly option?: 'jsonl' | 'markdown'
  readonly isSecond?: boolean
}

/** What is given beside the job takes the place of its records. */
function placesOf(
  { jsonl, markdown }: JobOutputDefinition,
  out: string | undefined,
  hasBarrier: boolean,
): { readonly records: Place | undefined; readonly report: Place | undefined } {
  const report: Place | undefined =
    hasBarrier && markdown !== undefined ? { description: { markdown }, option: 'markdown' } : undefined
  if (out !== undefined) return { records: given(out), report }
  if (jsonl !== undefined) {
    const isSecond = markdown !== undefined && !hasBarrier
    return { records: { description: { jsonl }, option: 'jsonl', isSecond }, report }
  }
  if (report !== undefined) return { records: undefined, report }
  if (markdown !== undefined) return { records: { description: { markdown }, option: 'markdown' }, report: undefined }
  return { records: { description: { jsonl: '-' } }, report: undefined }
}

function given(out: string): Place {
  return { description: isMarkdownOut(out) ? { markdown: out } : { jsonl: out } }
}

/** As of `weft read`: a name without an ending is a folder of Markdown. */
export function isMarkdownOut(out: string): boolean {
  return out !== '-' && (/[\\/]$/.test(out) || extname(out) === '' || isPageName(out))
}

function checkFields({ fields = [] }: JobOutputDefinition, names: MadeSteps['names'], faults: JobFault[]): void {
  const results = [...names.results.keys(), ...(names.items?.results.keys() ?? [])]
  for (const [index, name] of fields.entries()) {
    if (results.includes(name)) continue
    const { fields: columns } = names.items ?? names
    const hint = columns?.includes(name)
      ? `: it is a field of the input, and stands in input of each record already: leave it out`
      : suggestion(name, results.length === 0 ? topNames(names) : results)
    // Of lines of JSON nobody knows the fields beforehand.
    const more = columns === undefined ? ' (a field of the input stands in input of each record already)' : ''
    faults.push({ path: ['output', 'fields', index], message: `fields: no step is called ${name}${more}${hint}` })
  }
}
