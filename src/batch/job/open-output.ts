import { extname, resolve } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'
import { openRecordSink, type SinkDescription } from '../sinks/open-record-sink.ts'
import type { RecordSink } from '../sinks/record-sink.ts'
import { topNames } from '../template/names.ts'
import type { JobDefinition, JobOutputDefinition } from './definition.ts'
import type { JobFault } from './faults.ts'
import type { MadeSteps } from './make-steps.ts'
import type { JobOutput } from './plan.ts'
import type { PlanOptions } from './plan-options.ts'

/** Where the records of a job go. What is wrong with it goes to `faults`, but for a place that is not the job's own. */
export async function openOutput(
  { output = {} }: JobDefinition,
  { steps, names }: MadeSteps,
  folder: string,
  { out, stdout }: PlanOptions,
  faults: JobFault[],
): Promise<JobOutput> {
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
  const open = async (place: Place | undefined): Promise<RecordSink | undefined> => {
    if (place === undefined) return undefined
    try {
      return await openRecordSink(place.description as SinkDescription, { folder, stdout })
    } catch (thrown) {
      if (!Failure.is(thrown) || place.option === undefined) throw thrown
      faults.push({ path: ['output', place.option], message: `output: ${thrown.message}` })
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
  readonly description: SinkDescription | { readonly markdown: string }
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

/** As of `weft read`: a name without an ending is a folder of Markdown. */
function given(out: string): Place {
  if (out === '-') return { description: { jsonl: '-' } }
  const isFolder = extname(out) === '' || /[\\/]$/.test(out)
  return { description: isFolder ? { markdown: resolve(out) } : { jsonl: resolve(out) } }
}

function checkFields({ fields = [] }: JobOutputDefinition, names: MadeSteps['names'], faults: JobFault[]): void {
  const results = [...names.results.keys(), ...(names.items?.results.keys() ?? [])]
  for (const [index, name] of fields.entries()) {
    if (results.includes(name)) continue
    const known = results.length === 0 ? topNames(names) : results
    faults.push({
      path: ['output', 'fields', index],
      message: `fields: no step is called ${name}${suggestion(name, known)}`,
    })
  }
}
